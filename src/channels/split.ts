/** Cuts words to a length in UTF-16 code units, as networks count them, and never through one character. */

/** The parts of a text, each at most `max` long, cut at line breaks where there are any, else at spaces. */
export function split(text: string, max: number): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > max) {
    const end = cutPoint(rest, max);
    const part = rest.slice(0, end).trimEnd();
    if (part) parts.push(part);
    rest = rest.slice(end).replace(/^[ \n]+/, '');
  }
  if (rest.trim() || parts.length === 0) parts.push(rest);
  return parts;
}

/** The text, or its beginning with an ellipsis. */
export const shorten = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, whole(text, max - 1)).trimEnd()}…`;

function cutPoint(text: string, max: number): number {
  // A cut in the first half would make many small letters of one.
  for (const mark of ['\n', ' ']) {
    const at = text.lastIndexOf(mark, max);
    if (at > max / 2) return at;
  }
  return whole(text, max);
}

/** Steps back by one when the cut would fall between the two halves of a surrogate pair. */
function whole(text: string, end: number): number {
  return /^[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(end - 1, end + 1)) ? end - 1 : end;
}
