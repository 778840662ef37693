/** What a letter means that answers no question: words are lists per language, places come from the gazetteer. */
import { z } from 'zod';
import { placeInSentence } from '../civic/places.ts';
import type { Plan } from '../civic/plan/plan.ts';
import { isProjectNamed } from '../civic/projects/find.ts';
import { referencesIn } from '../civic/reference.ts';
import type { Json } from '../engine/content.ts';
import type { Voice } from '../engine/conversation.ts';
import { containsPhrase, nearly, plain, tellsMore } from '../engine/plain.ts';
import { type Action, actionEach } from './action.ts';
import { categoryIn, ownFirst } from './category.ts';
import { given } from './inputs.ts';
import { answerOf, questionIn } from './question.ts';

/** Meanings told by the letter's words, in this order: an angry thank-you is no thanks. */
const MANNERS = ['insult', 'greeting', 'thanks', 'smalltalk'] as const;
/** Meanings that only a whole letter has: "right" inside a sentence agrees to nothing. */
const WHOLE_MANNERS = [...MANNERS, 'yes', 'no'] as const;
const SHORT_WORDS_MAX = 6;

export const letterActions: Record<string, Action> = {
  'letters.understand': actionEach(
    z.object({ given }),
    async ({ input, person }, { tx, voice, city }): Promise<Json> => {
      const { language } = person;
      const { text = '', location, photos, voices } = input.given;
      const onlyWords = !location && !photos && !voices;
      const whole = onlyWords ? wholeManner(voice, language, text) : undefined;
      if (whole) return whole;
      const promise = onlyWords ? promiseIn(voice, language, text, city.plan) : undefined;
      if (promise) return promise;
      const found = categoryIn(voice, language, text);
      // Who asks what to do about a fire has a fire.
      const isCalm = !found || city.categories[found.category]?.manner === 'plain';
      const asked = onlyWords && isCalm ? questionIn(voice, language, text, found?.sure === true) : undefined;
      if (onlyWords && (!found || asked?.about === 'reports')) {
        const [report] = referencesIn(text);
        if (report !== undefined) return { meaning: 'reference', report };
      }
      const answer = asked && answerOf(asked, language);
      if (answer) return answer;
      if (asked && !found && (await isProjectNamed(tx, asked.named)))
        return { meaning: 'projects', where: { text: asked.named } };
      if (!found && onlyWords) {
        const manner = mannerOf(voice, language, text);
        return asked && manner.meaning === 'puzzled' ? { ...manner, meaning: 'question' } : manner;
      }
      const named = found && !location ? await placeInSentence(tx, text) : undefined;
      const place =
        location ?? (named && { latitude: named.latitude, longitude: named.longitude, name: named.name });
      const details: Json =
        text.trim() || voices ? { ...(text.trim() && { text }), ...(voices && { voices }) } : null;
      return {
        meaning: asked ? 'asked' : !found && voices && !photos ? 'voice' : 'report',
        language: found?.language ?? null,
        heard: found ? (place?.name ? 'kindAndPlace' : 'kind') : null,
        kind: found?.category ?? null,
        details: !found || voices || tellsMore(text) ? details : null,
        place: place ? { location: place } : null,
        photos: photos ? { photos } : null,
      };
    },
  ),
};

/** "Promise 4", "compromiso n.º 4", "SEK0009": the whole letter names one of the city's promises. */
function promiseIn(voice: Voice, language: string, text: string, promises: Plan): Json | undefined {
  const said = plain(text);
  const key = promises.commitments.find((one) => plain(one.key) === said.split(' ').at(-1))?.key;
  if (key && plain(key) === said) return { meaning: 'commitment', commitment: key, language: null };
  const [, words = '', last = ''] = /^(.{1,30}) (\w+)$/.exec(said) ?? [];
  const number = key ?? (/^\d{1,2}$/.test(last) ? last : undefined);
  if (number === undefined) return undefined;
  const code = ownFirst(voice, language).find((one) =>
    voice.list(one, 'words.promise').map(plain).includes(words),
  );
  if (code === undefined) return undefined;
  return { meaning: 'commitment', commitment: number, language: code === language ? null : code };
}

type Manner = { meaning: string; language: string | null };

/** "Thank you!", "useless", "yes": the whole letter is one of the phrases, or nearly. */
function wholeManner(voice: Voice, language: string, text: string): Manner | undefined {
  const said = plain(text);
  return firstManner(voice, language, WHOLE_MANNERS, (phrase) => nearly(said, phrase));
}

function mannerOf(voice: Voice, language: string, text: string): Manner {
  const said = plain(text);
  const short = said.split(' ').length <= SHORT_WORDS_MAX;
  const meant = firstManner(
    voice,
    language,
    MANNERS,
    (phrase, manner) => (short || manner === 'insult') && containsPhrase(said, phrase),
  );
  // "I want to make a complaint": a report of nobody knows yet what.
  const wish =
    short &&
    ownFirst(voice, language).find((code) =>
      voice.list(code, 'commands.report').some((phrase) => containsPhrase(said, plain(phrase))),
    );
  if (wish && meant?.meaning !== 'insult')
    return { meaning: 'report', language: wish === language ? null : wish };
  return meant ?? { meaning: 'puzzled', language: null };
}

function firstManner(
  voice: Voice,
  language: string,
  manners: readonly string[],
  matches: (phrase: string, manner: string) => boolean,
): Manner | undefined {
  for (const meaning of manners) {
    for (const code of ownFirst(voice, language)) {
      const phrases = voice.list(code, `words.${meaning}`).map(plain);
      if (!phrases.some((phrase) => phrase !== '' && matches(phrase, meaning))) continue;
      return { meaning, language: code === language ? null : code };
    }
  }
  return undefined;
}
