/** The page: one HTML, one CSS and one JS file from `page/`, filled with words and letters. */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { asText, letterHtml } from './html.ts';
import { WEB_VALUES, WEB_WORDS, type WebWord, type Words } from './words.ts';
import type { LetterView } from './write.ts';

export type Asset = { type: string; plain: Buffer; zipped: Buffer };

export type Shown = {
  language: string;
  words: Words;
  /** Where the chat is mounted. */
  base: string;
  proof: string;
  letters: LetterView[];
  cursor: number;
  /** Older letters are kept but not on the page. */
  more: boolean;
  /** What the person should know before anything else. */
  notice?: WebWord | undefined;
  /** Words handed back because they could not be kept. */
  draft?: string | undefined;
  /** An answer is expected within seconds: a page without scripts then looks again once. */
  lookAgain: boolean;
};

export type Pages = { assets: Map<string, Asset>; render(shown: Shown): string };

const read = (name: string) => readFileSync(new URL(`page/${name}`, import.meta.url));

/** Compressed once, at the start: the same bytes go to everybody. */
function assetOf(name: string, type: string): Asset & { version: string } {
  const plain = read(name);
  const version = createHash('sha256').update(plain).digest('hex').slice(0, 12);
  return { type, plain, zipped: gzipSync(plain, { level: 9 }), version };
}

export function openPages(timeZone: string): Pages {
  const template = read('chat.html').toString('utf8');
  const css = assetOf('chat.css', 'text/css; charset=utf-8');
  const js = assetOf('chat.js', 'text/javascript; charset=utf-8');
  return {
    assets: new Map<string, Asset>([
      ['chat.css', css],
      ['chat.js', js],
    ]),
    render(shown) {
      const parts: Record<string, string> = {
        ...Object.fromEntries(WEB_WORDS.map((word) => [`words.${word}`, asText(shown.words[word])])),
        ...partsOf(shown, timeZone),
        base: shown.base,
        cssVersion: css.version,
        jsVersion: js.version,
      };
      // The two places where a mark alone would not be good HTML or JSON: the language and the texts.
      return template
        .replace('lang="en"', 'lang="%language%"')
        .replace('"%texts%"', '%texts%')
        .replace(/%(\w[\w.]*)%/g, (_, name: string) => parts[name] ?? '');
    },
  };
}

function partsOf(shown: Shown, timeZone: string): Record<string, string> {
  const { words, base } = shown;
  const clock = new Intl.DateTimeFormat(shown.language, { hour: 'numeric', minute: '2-digit', timeZone });
  // Each form has an id of its own, so that a second press of the same button is not a second letter.
  const form = () => hidden('form', '1') + hidden('id', randomUUID()) + hidden('proof', shown.proof);
  const lastMine = shown.letters.findLast((letter) => letter.mine)?.id ?? 0;
  const letters = shown.letters.map((letter) => {
    const around = { base, words, form: form(), time: (at: string) => clock.format(new Date(at)) };
    return letterHtml(letter, letter.id < lastMine, around);
  });
  const texts = { words, values: WEB_VALUES, base, timeZone };
  return {
    language: asText(shown.language),
    letters: letters.join('\n'),
    form: form(),
    cursor: String(shown.cursor),
    draft: asText(shown.draft ?? ''),
    notice: shown.notice ? `<p>${asText(words[shown.notice])}</p>` : '',
    earlier: shown.more ? `<p class="note">${asText(words.earlier)}</p>` : '',
    emptyHidden: shown.letters.length > 0 ? 'hidden' : '',
    lookAgain: shown.lookAgain
      ? `<noscript><meta http-equiv="refresh" content="4;url=${base}#end"></noscript>`
      : '',
    // A closing tag inside the words must not end the script element.
    texts: JSON.stringify(texts).replaceAll('<', '\\u003c'),
  };
}

const hidden = (name: string, value: string) =>
  `<input type="hidden" name="${name}" value="${asText(value)}">`;
