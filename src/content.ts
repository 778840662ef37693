/** Loads what editors write: flows, words, and the city. Read once at start; a fault names its file. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type City, readCity } from './civic/city.ts';
import { openBook } from './engine/book.ts';
import type { BookCheck, Fault } from './engine/check/fault.ts';
import { checkBook } from './engine/check-book.ts';
import type { Book } from './engine/conversation.ts';
import type { Flow, OfferedChoice } from './engine/flow.ts';
import { readFlow } from './engine/read-flow.ts';
import { type Language, openVoice, readLanguages } from './language/voice.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Digits of the fingerprint by which a conversation knows that its flow was edited. */
const VERSION_LENGTH = 8;

export type Editorial = {
  book: Book;
  city: City;
  voice: ReturnType<typeof openVoice>;
  languages: Language[];
};

export function loadFlows(folder = `${ROOT}flows`): Flow[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => {
    const text = readFileSync(`${folder}/${name}`, 'utf8');
    const version = createHash('sha256').update(text).digest('hex').slice(0, VERSION_LENGTH);
    return readFlow(name.slice(0, -'.yaml'.length), text, version);
  });
}

export function loadEditorial(timeZone: string, root = ROOT): Editorial {
  const city = readCity(`${root}city`);
  const languages = readLanguages(`${root}locales`);
  const voice = openVoice(languages, timeZone);
  const book = openBook(loadFlows(`${root}flows`), voice, {
    categories: (language) => categoryChoices(city, voice, language),
    languages: () => voice.languages.map(({ code, name, finished }) => languageChoice(code, name, finished)),
  });
  return { book, city, voice, languages };
}

/** What is wrong with the flows and words, for their authors. */
export function faultsIn({ book, languages }: Editorial, actions: BookCheck['actions']): Fault[] {
  const words = new Map(languages.map((language) => [language.code, language.words]));
  return checkBook(book, { actions, text: (language, key) => words.get(language)?.get(key) });
}

function categoryChoices(city: City, voice: Editorial['voice'], language: string): OfferedChoice[] {
  return Object.keys(city.categories).map((id) => ({
    id,
    label: voice.say(language, `categories.${id}`),
    words: [...voice.list(language, `categoryWords.${id}`)],
  }));
}

const languageChoice = (code: string, name: string, finished: boolean): OfferedChoice => ({
  id: code,
  label: finished ? name : `${name} (draft)`,
  words: [name, code],
});
