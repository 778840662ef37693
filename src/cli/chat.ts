/** Talks with the bot in a terminal: the whole house in this process, a database in memory, nothing kept but the talk. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs, styleText } from 'node:util';
import { type Editorial, loadEditorial } from '../content.ts';
import { openInMemory } from '../database/embedded.ts';
import { migrate } from '../database/migrate.ts';
import { openLog } from '../log.ts';
import { DESK, openTalk, showSaid, type Talk } from '../talk.ts';
import { TYPED_HELP } from '../talk-line.ts';
import { type Command, print, WrongUse } from './command.ts';
import { nameCodes, writeAnswers } from './transcript.ts';

const TRANSCRIPTS = fileURLToPath(new URL('../../test/flows/', import.meta.url));
const TIME_ZONE = 'Africa/Accra';

type Options = { language: string; person: string; desk?: string | undefined; save?: string | undefined };

export const chatCommand: Command = {
  usage: 'chat [--language es] [--desk works] [--person ama] [--save name]',
  about:
    'Talks with the bot here. --desk shows what officials see; --save writes the talk as a transcript test.',
  async run(words) {
    const { values } = parseArgs({
      args: words,
      options: {
        language: { type: 'string', default: 'en' },
        person: { type: 'string', default: 'ama' },
        desk: { type: 'string' },
        save: { type: 'string' },
      },
    });
    const editorial = loadEditorial(TIME_ZONE);
    checkOptions(values, editorial);
    const database = await openInMemory();
    try {
      await migrate(database);
      const talk = await openTalk({ database, editorial, log: openLog('warn'), ...values });
      if (values.desk) await talk.openDesk(values.desk);
      await converse(talk, values);
    } finally {
      await database.close();
    }
    return 0;
  },
};

function checkOptions({ language, desk, save }: Options, { languages, city }: Editorial): void {
  const codes = languages.map(({ code }) => code);
  if (!codes.includes(language)) throw new WrongUse(`--language may be ${codes.join(', ')}.`);
  const departments = Object.keys(city.departments);
  if (desk !== undefined && !departments.includes(desk))
    throw new WrongUse(`--desk may be ${departments.join(', ')}.`);
  if (save !== undefined && !/^[a-z0-9-]+$/.test(save))
    throw new WrongUse('--save is a name of letters, digits and -.');
}

async function converse(talk: Talk, options: Options): Promise<void> {
  const written = [
    ...(options.language === 'en' ? [] : [`= language ${options.language}`]),
    ...(options.desk ? [`= desk ${options.desk}`] : []),
  ];
  const names = new Map<string, string>();
  let flow: string | undefined;
  print(grey('Write as a resident would. /help lists what else can be typed, /quit ends.'));
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt: '> ',
    terminal: process.stdin.isTTY,
  });
  // Input that was piped in ends before the last of its lines is answered.
  let ended = false;
  lines.once('close', () => {
    ended = true;
  });
  lines.prompt();
  for await (const line of lines) {
    if (line === '/quit') break;
    if (line === '/help') for (const help of TYPED_HELP) print(grey(help));
    else if (line.trim() !== '') {
      const [, who, words = ''] = /^(?:\[([\w:]+)\] )?(.*)$/s.exec(line) ?? [];
      await talk.say(words, who);
      flow ??= await talk.flowUnderWay();
      written.push(nameCodes(`> ${line}`, names), ...answer(talk, names));
    }
    if (!ended) lines.prompt();
  }
  lines.close();
  if (options.save !== undefined) await save(options.save, flow ?? 'listen', written);
}

/** Shows what was said, and gives it as a transcript has it. */
function answer(talk: Talk, names: Map<string, string>): string[] {
  const said = talk.heard();
  for (const one of said) {
    const mine = one.to === talk.person;
    const mark = one.to === DESK ? 'desk │ ' : `${one.to}: `;
    print('');
    for (const line of showSaid(one)) print(mine ? `    ${line}` : grey(`    ${mark}${line}`));
  }
  print('');
  return writeAnswers({ ...talk, heard: () => said }, names);
}

async function save(name: string, flow: string, written: string[]): Promise<void> {
  const file = `${TRANSCRIPTS}${flow}/${name}.chat`;
  if (existsSync(file))
    throw new WrongUse(`test/flows/${flow}/${name}.chat is there already: choose another name.`);
  await mkdir(`${TRANSCRIPTS}${flow}`, { recursive: true });
  await writeFile(file, `${written.join('\n')}\n`);
  print(`Written to test/flows/${flow}/${name}.chat`);
}

const grey = (text: string): string => styleText('gray', text);
