/** What can be written at a desk. */
import { COMMANDS, type CommandName, shownWord } from './commands.ts';
import { type AtDesk, deskWords } from './desk.ts';

/** Told to who wrote a word that there is not. */
const FIRST: readonly CommandName[] = ['take', 'done', 'note', 'pass', 'open', 'help'];

/** Every word with a line of its own where there are no buttons; elsewhere the commands beside the buttons. */
export function helpHere(at: AtDesk): string {
  if (!at.inWords) return [deskWords(at, 'help'), deskWords(at, 'helpProgress')].join('\n');
  const { voice, language } = at.desks;
  const lines = COMMANDS.filter((name) => name !== 'pair' || mayPair(at)).map((name) =>
    deskWords(at, `inWords.help.${name}`, { word: shownWord(voice, language, name) }),
  );
  return [deskWords(at, 'inWords.helpHead'), ...lines].join('\n');
}

export const firstWords = ({ desks }: AtDesk): string =>
  FIRST.map((name) => shownWord(desks.voice, desks.language, name)).join(', ');

/** Alone with us, in a chat that a code of the front desk opened: that is what an administrator is. */
export const mayPair = ({ letter, around }: AtDesk): boolean =>
  !letter.inRoom && letter.department === around.city.front;
