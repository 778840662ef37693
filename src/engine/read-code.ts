/**
 * Codes that start a flow wherever they are written, with or without the flow's keyword before them: `KASA-7Q2-MPX-4DH`,
 * `link kasa 7q2mpx4dh`. Read leniently, so that a mistyped one is answered by its flow and not taken for something else.
 */
import type { Book } from './conversation.ts';
import type { Flow } from './flow.ts';
import { plain } from './plain.ts';

/** A code has nine letters and digits, in three groups of three; people leave one out, or type one twice. */
const CODE_LETTERS_MIN = 8;
const CODE_LETTERS_MAX = 10;
const SAID_LETTERS_MAX = 60;

/**
 * The flow that a letter's code starts, and the code as it was typed without its sign, in small letters and digits only.
 * The sign is also the beginning of sentences ("Kasa, there is no water"), and so is the keyword ("Connect road 4").
 */
export function codeIn(book: Book, text: string): { flow: Flow; code: string } | undefined {
  if (text.length > SAID_LETTERS_MAX) return undefined;
  const said = plain(text);
  for (const { flow, keywords } of book.coded) {
    const word = keywords.find((keyword) => said.startsWith(`${keyword} `));
    const behind = word === undefined ? said : said.slice(word.length).trim();
    const sign = plain(flow.code ?? '');
    const signed = behind.startsWith(sign);
    const groups = (signed ? behind.slice(sign.length) : behind).trim().split(' ');
    const code = groups.join('');
    const isMeant = signed && word !== undefined ? code !== '' : (signed || word) && isLikeCode(groups);
    if (isMeant && /^[a-z0-9]+$/.test(code)) return { flow, code };
  }
  return undefined;
}

function isLikeCode(groups: string[]): boolean {
  const code = groups.join('');
  if (code.length < CODE_LETTERS_MIN || code.length > CODE_LETTERS_MAX || !/\d/.test(code)) return false;
  return groups.some(isMixed) || (groups.length === 3 && groups.every((group) => group.length === 3));
}

/** "4dh", "7q2mpx4dh"; not "road24". */
const isMixed = (group: string): boolean => /\d[a-z]/.test(group);
