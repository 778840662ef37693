/**
 * A talk written down, as the tests read it and `npm run chat -- --save` writes it:
 *   # a comment · = start 2026-11-30T09:00:00Z · = language es · = desk works · = desk works words (it has no buttons)
 *   > words of the person · >> words that arrive together with the next ones · > [kofi] words of somebody else
 *   < words of the bot · < [kofi] its words to somebody else · < [desk] what officials read
 *   ! an action with its input: only those that change something
 * A code that works once is chance; it stands as <code 1> where it is said and where it is typed.
 */
import { CODE_SIGN } from '../people/link-code.ts';
import { type Called, DESK, type Said, showSaid, type Talk } from '../talk.ts';

export type Line =
  | { kind: 'comment'; text: string }
  | { kind: 'setting'; name: string; value: string }
  | { kind: 'said'; who?: string; text: string; atOnce: boolean };

/** Actions that only look. */
const LOOKING: ReadonlySet<string> = new Set([
  'commitments.evidence',
  'commitments.goals',
  'commitments.list',
  'commitments.milestones',
  'commitments.see',
  'digest.group',
  'digest.mine',
  'digest.more',
  'digest.promises',
  'digest.why',
  'letters.understand',
  'people.me',
  'places.find',
  'projects.about',
  'projects.card',
  'projects.find',
  'projects.list',
  'projects.papers',
  'projects.photos',
  'projects.sectors',
  'reports.about',
  'reports.mine',
  'reports.near',
  'reports.state',
  'reports.sum',
]);

/** True for an action that only looks: transcripts leave its calls out. */
export const isLooking = (action: string): boolean => LOOKING.has(action);

/** What the bot said is left out: it is what playing the lines must give again. */
export function readTranscript(text: string): Line[] {
  return text.split('\n').flatMap((line): Line[] => {
    const setting = /^= (\w+) (.+)$/.exec(line);
    if (setting) return [{ kind: 'setting', name: setting[1] ?? '', value: setting[2] ?? '' }];
    const said = /^(>>?) ?(?:\[([\w:]+)\] ?)?(.*)$/.exec(line);
    if (said) {
      const [, mark, who, words = ''] = said;
      return [{ kind: 'said', ...(who && { who }), text: onItsLines(words), atOnce: mark === '>>' }];
    }
    if (line.startsWith('#') || line === '') return [{ kind: 'comment', text: line }];
    return [];
  });
}

/** True for talks with a desk that works by words: the house is opened for it. */
export const hasWordDesk = (lines: Line[]): boolean =>
  lines.some((line) => line.kind === 'setting' && line.name === 'desk' && line.value.endsWith(' words'));

/** Plays the lines and writes down all that was said. `= desk` opens a desk where it stands; other settings come first. */
export async function playTranscript(lines: Line[], talk: Talk): Promise<string> {
  const written: string[] = [];
  const names = new Map<string, string>();
  let together: { line: string; who?: string }[] = [];
  for (const line of lines) {
    if (line.kind === 'comment') {
      written.push(line.text);
      continue;
    }
    if (line.kind === 'setting') {
      if (line.name === 'desk') await talk.openDesk(line.value.split(' ')[0] ?? '');
      written.push(`= ${line.name} ${line.value}`);
      continue;
    }
    written.push(writeSaid(line));
    together.push({ line: withCodes(line.text, names), ...(line.who && { who: line.who }) });
    if (line.atOnce) continue;
    await talk.sayAtOnce(together);
    together = [];
    written.push(...writeAnswers(talk, names));
  }
  return `${written.join('\n').trimEnd()}\n`;
}

export function writeSaid({ who, text, atOnce }: Extract<Line, { kind: 'said' }>): string {
  return `${atOnce ? '>>' : '>'} ${who ? `[${who}] ` : ''}${onOneLine(text)}`.trimEnd();
}

/** @param names of what is chance: ids of files, and codes */
export function writeAnswers(talk: Talk, names: Map<string, string>): string[] {
  const calls = talk.called().filter(({ action }) => !isLooking(action));
  const heard = talk.heard().flatMap((said) => writeHeard(said, talk));
  for (const [code] of heard.join('\n').matchAll(CODES)) nameOf(code, 'code', names);
  return [...calls.map((call) => writeCall(call, names)), ...heard].map((line) => nameCodes(line, names));
}

function writeHeard(said: Said, talk: Talk): string[] {
  const mark = said.to === talk.person ? '<' : `< [${said.to}]`;
  const lines = showSaid(said);
  if (said.to === DESK && said.change) lines.unshift('(changed)');
  return lines.map((line) => `${mark} ${line}`.trimEnd());
}

function writeCall({ action, input }: Called, names: Map<string, string>): string {
  const text = JSON.stringify(sorted(input)).replace(
    /"([0-9a-f]{32})"/g,
    (_, id: string) => `"${nameOf(id, 'file', names)}"`,
  );
  return `! ${action} ${text}`;
}

/** As they are said (people/link-code.ts). */
const CODES = new RegExp(`${CODE_SIGN}(-[2-9A-Z]{3}){3}`, 'g');

function nameOf(chance: string, kind: 'file' | 'code', names: Map<string, string>): string {
  const known = names.get(chance);
  if (known !== undefined) return known;
  const name = `${kind} ${[...names.values()].filter((other) => other.startsWith(kind)).length + 1}`;
  names.set(chance, name);
  return name;
}

/** Codes by their names, as they are said and as flows hand them on. */
export function nameCodes(line: string, names: Map<string, string>): string {
  let named = line;
  for (const [code, name] of names) {
    if (!name.startsWith('code')) continue;
    const bare = code.slice(CODE_SIGN.length).replaceAll('-', '').toLowerCase();
    named = named.replaceAll(code, `<${name}>`).replaceAll(`"${bare}"`, `"<${name}>"`);
  }
  return named;
}

function withCodes(line: string, names: Map<string, string>): string {
  return line.replace(/<(code \d+)>/g, (typed, name: string) => {
    const [code = typed] = [...names].find(([, other]) => other === name) ?? [];
    return code;
  });
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined && inner !== null);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** Letters of several lines stand in one. */
const onOneLine = (text: string): string => text.replaceAll('\n', '\\n');
const onItsLines = (text: string): string => text.replaceAll('\\n', '\n');
