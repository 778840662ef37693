/** Choices that a thumb can press and that words can tell apart; commands that mean one thing. */
import { OWN_COMMANDS } from '../book.ts';
import { CHOICE_ID_MAX_BYTES } from '../content.ts';
import type { Book } from '../conversation.ts';
import { isAsk, type OfferedChoice } from '../flow.ts';
import { plain } from '../plain.ts';
import type { Checking, Fault } from './fault.ts';

/** The stamp before a choice's id tells which question it answers. */
const STAMP_BYTES_MAX = 8;

export function checkChoices(checking: Checking): void {
  const { book, flow } = checking;
  for (const [id, step] of Object.entries(flow.steps)) {
    if (!isAsk(step) || step.choices === undefined) continue;
    for (const { code } of book.voice.languages) {
      const offered = Array.isArray(step.choices)
        ? step.choices.map((choice) => ({
            id: choice,
            label: book.voice.say(code, `${flow.id}.${id}.${choice}`),
            words: [...book.voice.list(code, `words.${choice}`)],
          }))
        : book.lists[step.choices]?.get(code);
      if (offered) checkOffered(checking, id, code, offered);
    }
  }
}

function checkOffered(
  { limits, fault }: Checking,
  step: string,
  language: string,
  offered: OfferedChoice[],
): void {
  const owners = new Map<string, string>();
  for (const { id, label, words = [] } of offered) {
    if (label.length > limits.choiceLabelMax) {
      fault(
        step,
        `the label “${label}” (${language}) has ${label.length} letters`,
        `at most ${limits.choiceLabelMax} fit on a button`,
      );
    }
    if (Buffer.byteLength(id) > CHOICE_ID_MAX_BYTES - STAMP_BYTES_MAX) {
      fault(
        step,
        `the choice ${id} is too long`,
        `at most ${CHOICE_ID_MAX_BYTES - STAMP_BYTES_MAX} bytes: give it a shorter id`,
      );
    }
    for (const said of new Set([label, ...words].map(plain))) {
      const owner = owners.get(said);
      if (said !== '' && owner !== undefined) {
        fault(step, `“${said}” (${language}) means both ${owner} and ${id}`, 'leave it to one of them');
      } else owners.set(said, id);
    }
  }
}

export function checkCommands(book: Book): Fault[] {
  const faults: Fault[] = [];
  const owners = new Map<string, string>();
  for (const { code } of book.voice.languages) {
    for (const command of [...OWN_COMMANDS, ...book.flows.keys()]) {
      for (const said of book.voice.list(code, `commands.${command}`).map(plain)) {
        const owner = owners.get(said);
        if (owner === undefined) owners.set(said, command);
        else if (owner !== command) {
          const wrong = `the command “${said}” (${code}) means both ${owner} and ${command}`;
          faults.push({ flow: 'words', wrong, mend: 'leave it to one of them, in every language' });
        }
      }
    }
  }
  return faults;
}
