import type { Choice, Content } from '../../engine/content.ts';
import { shorten } from '../split.ts';
import {
  BUTTON_TITLE_MAX,
  BUTTONS_BODY_MAX,
  BUTTONS_MAX,
  CHOICE_ID_MAX,
  ROW_DETAIL_MAX,
  ROW_TITLE_MAX,
  ROWS_MAX,
} from './limits.ts';

/**
 * How the choices of a letter are shown. `text` holds the words, and the choices in full where buttons or rows cannot
 * say all of them; `interactive` makes the native part under the last of the words, if there is one.
 */
export type Offer = { text: string; interactive?: (lastLength: number) => Interactive };

/** The kind, and its `action`. */
export type Interactive = { type: 'button' | 'list'; action: object };

/**
 * Up to three become buttons, which are there to be tapped at once; more, or longer ones, become a list, which opens on
 * a tap and says more of each; more than ten are words. Nothing that a person could choose is said on a button alone
 * when it had to be shortened.
 */
export function offer({ text, choices = [], numbered = true }: Content): Offer {
  if (choices.length === 0) return { text };
  const said = text.trim() === '' ? '' : text;
  const words = withLines(said, choices);
  if (!canBeShown(choices)) return { text: words };
  const isNumbered = numbered || !tellApart(choices.map(({ label }) => label));
  const titles = choices.map(({ label }, place) => {
    const line = label.replace(/\s+/g, ' ').trim();
    return isNumbered ? `${place + 1} ${line}`.trim() : line;
  });
  const rows = choices.map((choice, place) => row(choice, titles[place] ?? ''));
  const buttons = { type: 'button', action: buttonsOf(choices, titles) } as const;
  const list = {
    type: 'list',
    action: listOf(
      rows.map(({ shown }) => shown),
      isNumbered,
    ),
  } as const;
  const few = choices.length <= BUTTONS_MAX;
  const plain = choices.every(
    ({ detail }, place) => !detail && (titles[place]?.length ?? 0) <= BUTTON_TITLE_MAX,
  );
  const told = rows.every(({ whole }) => whole);
  const asButtons = (length: number) => few && length <= BUTTONS_BODY_MAX;
  // A list stands for what buttons would have to shorten, and the words for what even a list must.
  if (told) {
    return {
      text: said || words,
      interactive: (length) => (plain && asButtons(length) ? buttons : list),
    };
  }
  return { text: words, interactive: (length) => (asButtons(length) ? buttons : list) };
}

function canBeShown(choices: Choice[]): boolean {
  const ids = choices.map(({ id }) => id);
  return (
    choices.length <= ROWS_MAX &&
    new Set(ids).size === ids.length &&
    ids.every((id) => id.trim() !== '' && id.length <= CHOICE_ID_MAX)
  );
}

/** Meta refuses two buttons with the same words; the beginning of them is what would be seen. */
function tellApart(labels: string[]): boolean {
  const seen = labels.map((label) => shorten(label.replace(/\s+/g, ' ').trim(), BUTTON_TITLE_MAX));
  return new Set(seen).size === seen.length && !seen.includes('');
}

const withLines = (text: string, choices: Choice[]): string =>
  [
    ...(text ? [text, ''] : []),
    ...choices.map(({ label, detail }, place) => `${place + 1} ${label}${detail ? `\n    ${detail}` : ''}`),
  ].join('\n');

type Row = { id: string; title: string; description?: string };

/** What does not fit into the title stands below it, in full: `whole` when nothing of it is missing. */
function row({ id, label, detail = '' }: Choice, title: string): { shown: Row; whole: boolean } {
  const below = [...(title.length > ROW_TITLE_MAX ? [label] : []), ...(detail ? [detail] : [])]
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter(Boolean)
    .join(' · ');
  return {
    shown: {
      id,
      title: shorten(title, ROW_TITLE_MAX),
      ...(below && { description: shorten(below, ROW_DETAIL_MAX) }),
    },
    whole: below.length <= ROW_DETAIL_MAX,
  };
}

const buttonsOf = (choices: Choice[], titles: string[]): object => ({
  buttons: choices.map(({ id }, place) => ({
    type: 'reply',
    reply: { id, title: shorten(titles[place] ?? '', BUTTON_TITLE_MAX) },
  })),
});

/**
 * The word that opens the list must be there and is the same in every language, since a letter does not say in which
 * one it is: "1 – 7" tells that there are numbers to choose from, or to write. Without numbers a sign has to do.
 */
const listOf = (rows: Row[], isNumbered: boolean): object => ({
  button: isNumbered ? (rows.length === 1 ? '1' : `1 – ${rows.length}`) : '☰',
  sections: [{ rows }],
});
