/** `/pair`: the picture that the phone must scan, shown to an administrator alone and to nobody else. */
import { storePairingPicture } from '../media/pairing-picture.ts';
import { nameOfDepartment } from './card.ts';
import { type AtDesk, commandHere, deskWords } from './desk.ts';
import { mayPair } from './help.ts';
import { keptPairings, nameOfChannel } from './pairing.ts';

/** The next code replaces one within a minute; an older one was left behind by a process that has ended. */
const CODE_SECONDS_MAX = 60;

/** @returns false when it is said where we are nobody's desk, and not as a command alone */
export async function askToPair(at: AtDesk, words: string): Promise<boolean> {
  if (at.letter.department === '' && words.trim() !== '') return false;
  const say = (key: string, values = {}) =>
    deskWords(at, `pairing.${key}`, { pair: commandHere(at, 'pair'), ...values });
  const front = nameOfDepartment(at.desks, at.around.city.front);
  if (!mayPair(at)) {
    at.answer({ text: say(at.letter.inRoom ? 'notInGroup' : 'onlyFront', { front }) });
    return true;
  }
  const channels = at.around.settings.pairedChannels ?? [];
  if (channels.length === 0) at.answer({ text: say('none') });
  for (const channel of channels) await showPairing(at, channel, say);
  return true;
}

async function showPairing(
  at: AtDesk,
  channel: string,
  say: (key: string, values?: object) => string,
): Promise<void> {
  const { tx, now } = at.around;
  const [found] = await keptPairings(tx, { channel });
  const name = { channel: nameOfChannel(at.desks.voice, at.desks.language, channel) };
  const { state, codeAt = 0 } = found?.kept ?? {};
  if (state?.kind === 'ready' || state?.kind === 'full')
    return at.answer({ text: say('already', { ...name, since: found?.since ?? null }) });
  if (state?.kind === 'away') return at.answer({ text: say('awayNow', name) });
  if (state?.kind !== 'pairing' || now.getTime() - codeAt > CODE_SECONDS_MAX * 1000)
    return at.answer({ text: say('notYet', name) });
  const file = await storePairingPicture(tx, state.code, now);
  at.answer({ text: say('scan', name), media: [{ kind: 'photo', file }] });
}
