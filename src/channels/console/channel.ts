/** A channel without a network: letters are handed in by `say` and come out of `heard`. For the terminal and for tests. */
import type { Content } from '../../engine/content.ts';
import type { Channel, Limits, Receive, Sent } from '../channel.ts';
import type { OutboundMessage } from '../message.ts';

export const CONSOLE_LIMITS: Readonly<Limits> = {
  textMax: 4096,
  captionMax: 4096,
  choicesMax: 0,
  choiceLabelMax: 200,
  photosPerLetterMax: 10,
  inFlightMax: 50,
  perSecondMax: 100_000,
  perAddressPerSecondMax: 100_000,
  perRoomPerMinuteMax: 100_000,
};

export type ConsoleChannel = Channel & { receive: Receive };

/** @param heard called with each letter that is sent, in order, and its name on this network */
export function openConsole(
  heard: (message: OutboundMessage, externalId: string) => void,
  name = 'console',
): ConsoleChannel {
  let hand: Receive = async () => {
    throw new Error('the console channel has not been started');
  };
  let sent = 0;
  return {
    name,
    limits: { ...CONSOLE_LIMITS },
    async start(receive) {
      hand = receive;
    },
    async send(message): Promise<Sent> {
      sent += 1;
      // A letter that is changed keeps its name.
      const externalId = message.edits ?? `${message.to}:sent:${sent}`;
      heard(message, externalId);
      return { externalId };
    },
    async stop() {},
    receive: (messages) => hand(messages),
  };
}

/** A letter as lines of text, with its choices as numbers. */
export function showContent(content: Content): string[] {
  const lines = content.text === '' ? [] : content.text.split('\n');
  for (const media of content.media ?? []) lines.push(`(${media.kind})`);
  if (content.place) lines.push(`(place: ${content.place.name})`);
  if (content.inPrivate) lines.push(`(in private: ${content.inPrivate.start})`);
  for (const [at, choice] of (content.choices ?? []).entries()) {
    lines.push(`${at + 1} ${choice.label}${choice.detail ? ` (${choice.detail})` : ''}`);
  }
  return lines;
}
