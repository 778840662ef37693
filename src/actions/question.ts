/** Questions: what is being built, what was promised, how my reports fare, or something that only a person can answer. */
import type { Json } from '../engine/content.ts';
import type { Voice } from '../engine/conversation.ts';
import { containsPhrase, plain } from '../engine/plain.ts';
import { ownFirst } from './category.ts';

/** What a question is about; `unsure` names nothing that we could show. */
export type Asked = {
  about: 'reports' | 'commitments' | 'projects' | 'unsure';
  /** The language that it is asked in. */
  code: string;
  /** What the question names, without the words that every question has: "kojokrom", "sekondi market". */
  named: string;
};

/** Where a question stops and the next sentence begins. */
const SENTENCE_END = /[.?!\n;]+/;

/**
 * The question that a letter begins with. A list's word that ends in "?" decides only where the letter speaks of no
 * problem for sure: "cost" in "how much did the market cost", not in "how much does a permit cost".
 * @param problem the letter's words for a problem leave no doubt
 */
export function questionIn(
  voice: Voice,
  language: string,
  text: string,
  problem: boolean,
): Asked | undefined {
  const [first = '', second = ''] = text
    .split(SENTENCE_END)
    .map(plain)
    .filter((sentence) => sentence !== '');
  for (const code of ownFirst(voice, language)) {
    const list = (name: string) => voice.list(code, `words.${name}`);
    const asks = list('asks').map(plain);
    const isPolite = list('greeting').map(plain).includes(first);
    const said = isPolite ? second : first;
    const polite = new Set([...list('greeting'), ...list('politely')].map(plain).flatMap(wordsOf));
    const asking = withoutPolite(said, polite);
    if (!asks.some((phrase) => asking === phrase || asking.startsWith(`${phrase} `))) continue;
    const whole = plain(text);
    const speaksOf = (name: string) =>
      list(name).some((word) => (!problem || !word.endsWith('?')) && containsPhrase(whole, plain(word)));
    const about = speaksOf('mine')
      ? 'reports'
      : speaksOf('promised')
        ? 'commitments'
        : speaksOf('built')
          ? 'projects'
          : 'unsure';
    const filling = new Set(
      [...asks, ...list('built').map(plain), ...list('filling').map(plain)].flatMap(wordsOf),
    );
    const named = wordsOf(asking)
      .filter((word) => !filling.has(word))
      .join(' ');
    return { about, code, named };
  }
  return undefined;
}

const wordsOf = (said: string): string[] => said.split(' ');

/** "Good morning Kasa please, when …": the question begins with "when". */
function withoutPolite(said: string, polite: Set<string>): string {
  const words = wordsOf(said);
  const start = words.findIndex((word) => !polite.has(word));
  return start < 0 ? '' : words.slice(start).join(' ');
}

/** What `listen` does about a question that we can answer ourselves; undefined where it takes more asking. */
export function answerOf({ about, named, code }: Asked, language: string): Json | undefined {
  if (about === 'unsure') return undefined;
  return {
    meaning: about,
    where: named === '' ? null : { text: named },
    language: code === language ? null : code,
  };
}
