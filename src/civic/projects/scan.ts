/**
 * JSON is looked at before it is parsed: a parser builds whatever it is given, and a small text can ask for more memory
 * or a deeper stack than there is. One pass, nothing built.
 */
import { CannotImport } from './cannot.ts';

/** Objects and lists within each other. */
export const NESTING_MAX = 64;
/** Values in all, which is what a parsed text costs memory by. */
export const VALUES_MAX = 8_000_000;

const [QUOTE, BACKSLASH, COMMA, NEWLINE] = ['"', '\\', ',', '\n'].map((letter) => letter.charCodeAt(0));
const OPENING: readonly number[] = ['{', '['].map((letter) => letter.charCodeAt(0));
const CLOSING: readonly number[] = ['}', ']'].map((letter) => letter.charCodeAt(0));

/** @throws CannotImport that names the line where it becomes too much */
export function scanJson(text: string): void {
  let depth = 0;
  let values = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (letter === QUOTE) inText = !inText;
    else if (inText) {
      if (letter === BACKSLASH) at++;
    } else if (letter === COMMA) values++;
    else if (OPENING.includes(letter)) {
      depth++;
      values++;
    } else if (CLOSING.includes(letter)) depth--;
    if (depth > NESTING_MAX)
      throw new CannotImport(
        `Line ${lineAt(text, at)}: more than ${NESTING_MAX} things within each other. No project is like that: ask its publisher.`,
      );
    if (values > VALUES_MAX)
      throw new CannotImport(
        `Line ${lineAt(text, at)}: more than ${VALUES_MAX.toLocaleString('en')} values: split it.`,
      );
  }
}

/** Counted from 1. */
export function lineAt(text: string, position: number): number {
  let line = 1;
  for (let at = 0; at < position && at < text.length; at++) if (text.charCodeAt(at) === NEWLINE) line++;
  return line;
}
