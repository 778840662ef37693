import { parseArgs } from 'node:util';
import { loadEditorial } from '../content.ts';
import { drawFlow } from '../engine/draw.ts';
import { type Command, print, WrongUse } from './command.ts';

export const drawCommand: Command = {
  usage: 'draw <flow> [--language en]',
  about: 'Draws a flow as a Mermaid flowchart. GitHub shows it in a block that begins with ```mermaid.',
  async run(words) {
    const { positionals, values } = parseArgs({
      args: words,
      allowPositionals: true,
      options: { language: { type: 'string', default: 'en' } },
    });
    const { book, voice } = loadEditorial('UTC');
    const flow = book.flows.get(positionals[0] ?? '');
    if (!flow) throw new WrongUse(`Which flow? There are: ${[...book.flows.keys()].join(', ')}.`);
    print(drawFlow(flow, (key) => voice.say(values.language, key)).trimEnd());
    return 0;
  },
};
