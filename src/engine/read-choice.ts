/** A choice said as people say it: by number, by its words, or nearly. */
import type { Voice } from './conversation.ts';
import type { OfferedChoice } from './flow.ts';
import { containsPhrase, nearly, plain } from './plain.ts';

/** A word of a choice inside a longer answer counts up to this length; beyond it, only where the step says `keep`. */
const SHORT_ANSWER_WORDS_MAX = 6;

export type ChoiceRead =
  | { read: 'choice'; id: string; wholeAnswer: boolean }
  | { read: 'outOfRange' }
  | { read: 'nothing' };

/**
 * @param shown what the letter showed: numbers count along it
 * @param all everything on offer: words count wherever they stand
 */
export function readChoice(
  voice: Voice,
  language: string,
  text: string,
  shown: OfferedChoice[],
  all: OfferedChoice[],
  inSentences: boolean,
): ChoiceRead {
  const said = plain(text);
  const number = readNumber(voice, language, text);
  if (number !== undefined) {
    const chosen = shown[number - 1];
    return chosen ? { read: 'choice', id: chosen.id, wholeAnswer: true } : { read: 'outOfRange' };
  }
  if (said === '') return { read: 'nothing' };
  const candidates = [...all, ...shown.filter((choice) => !all.includes(choice))].map((choice) => ({
    id: choice.id,
    phrases: [choice.label, ...(choice.words ?? [])].map(plain).filter((phrase) => phrase !== ''),
  }));
  const whole =
    only(candidates.filter(({ phrases }) => phrases.includes(said))) ??
    only(candidates.filter(({ phrases }) => phrases.some((phrase) => nearly(said, phrase))));
  if (whole) return { read: 'choice', id: whole, wholeAnswer: true };
  if (!inSentences && said.split(' ').length > SHORT_ANSWER_WORDS_MAX) return { read: 'nothing' };
  const inside = mostSpecific(said, candidates);
  return inside ? { read: 'choice', id: inside, wholeAnswer: false } : { read: 'nothing' };
}

function only(found: { id: string }[]): string | undefined {
  return found.length === 1 ? found[0]?.id : undefined;
}

/** The choice whose longest phrase stands in the text; undefined when two are equally at home there. */
function mostSpecific(said: string, candidates: { id: string; phrases: string[] }[]): string | undefined {
  let best: { id: string; length: number } | undefined;
  let rival = false;
  for (const { id, phrases } of candidates) {
    const length = Math.max(
      0,
      ...phrases.filter((phrase) => containsPhrase(said, phrase)).map((p) => p.length),
    );
    if (length === 0 || (best && length < best.length)) continue;
    rival = best !== undefined && length === best.length;
    if (!rival) best = { id, length };
  }
  return rival ? undefined : best?.id;
}

/** "2", "2.", "#2", "no. 2", "2️⃣", "two". */
export function readNumber(voice: Voice, language: string, text: string): number | undefined {
  const written = text.normalize('NFKC').trim();
  const said = plain(written);
  if (/^[-−]/.test(written)) return undefined;
  const digits = /^\D{0,8}?(\d{1,3})\D{0,3}$/u.exec(written);
  if (digits && /^(\d|#|no |number |option |n |numero |opcion )/.test(`${said} `)) return Number(digits[1]);
  const named = voice.list(language, 'words.numbers').findIndex((name) => plain(name) === said);
  return named >= 0 ? named + 1 : undefined;
}
