import type { Book, Voice } from './conversation.ts';
import type { Flow, OfferedChoice } from './flow.ts';
import { nearly, plain } from './plain.ts';

/** What the engine itself understands at any point; every other command starts the flow of that name. */
export const OWN_COMMANDS = ['back', 'cancel', 'skip'] as const;

/** Binds flows and words together. The words of all languages count at any time: people mix them in one sentence. */
export function openBook(
  flows: Iterable<Flow>,
  voice: Voice,
  lists: Record<string, (language: string) => OfferedChoice[]> = {},
): Book {
  const byId = new Map([...flows].map((flow) => [flow.id, flow]));
  const commands = new Map<string, string>();
  for (const { code } of voice.languages) {
    for (const command of [...OWN_COMMANDS, ...byId.keys()]) {
      for (const word of voice.list(code, `commands.${command}`)) {
        if (!commands.has(plain(word))) commands.set(plain(word), command);
      }
    }
  }
  const made = Object.entries(lists).map(([name, make]) => [
    name,
    new Map(voice.languages.map(({ code }) => [code, make(code)])),
  ]);
  return { flows: byId, voice, commands, coded: codedFlows(byId, commands), lists: Object.fromEntries(made) };
}

function codedFlows(flows: Map<string, Flow>, commands: Map<string, string>): Book['coded'] {
  const wordsOf = (id: string) => [...commands].flatMap(([word, command]) => (command === id ? [word] : []));
  return [...flows.values()]
    .filter(({ code }) => code !== undefined)
    .map((flow) => ({ flow, keywords: wordsOf(flow.id).sort((a, b) => b.length - a.length) }));
}

/** `nearly`: there was a slip in it. */
export type Command = { command: string; slash: boolean; nearly?: true };

/** Words of a slip are looked for up to this length, and from this one: shorter words are never compared letter by letter. */
const COMMAND_LETTERS_MAX = 30;
const SLIP_LETTERS_MIN = 3;

/**
 * Reads a letter that is a command as a whole: "/menu", "menu", "Cancle". `exact` leaves out what is only nearly one,
 * for questions that any words may answer.
 */
export function readCommand(book: Book, text: string, exact: boolean): Command | undefined {
  if (text.length > COMMAND_LETTERS_MAX + 20) return undefined;
  const slash = /^\/([a-zA-Z_]+)(?:\s+(.*))?$/s.exec(text.trim());
  const said = plain(slash?.[1] ?? text);
  if (said === '' || said.length > COMMAND_LETTERS_MAX) return undefined;
  if (slash && book.flows.has(said)) return { command: said, slash: true };
  const found = book.commands.get(said);
  if (found) return { command: found, slash: slash !== null };
  if (exact || said.length < SLIP_LETTERS_MIN || said.includes(' ')) return undefined;
  const near = new Set<string>();
  for (const [word, command] of book.commands) if (nearlyCommand(said, word)) near.add(command);
  const [command] = near;
  return near.size === 1 && command ? { command, slash: slash !== null, nearly: true } : undefined;
}

/** Four letters are soon another word ("shop", "stop"): there only letters in the wrong order are a slip. */
function nearlyCommand(said: string, word: string): boolean {
  if (word.length > 4) return nearly(said, word);
  const letters = (text: string): string => [...text].sort().join('');
  return nearly(said, word) && letters(said) === letters(word);
}
