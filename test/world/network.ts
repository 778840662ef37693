/** A network in a world: it carries letters, and now and then it is too fast, away, cut or refused. It remembers all. */
import { type Channel, type MediaChannel, type RoomChannel, SendError } from '../../src/channels/channel.ts';
import type { Address, OutboundMessage } from '../../src/channels/message.ts';
import type { Draw } from './draw.ts';
import type { Life, Strands } from './strands.ts';
import type { Troubles } from './troubles.ts';

export const NETWORK = 'telegram';
/** As SEND_LEASE_SECONDS bounds it: a sending without an end is taken up again after so long. */
const FORGOTTEN_AFTER_MS = 45_000;

/** One arrival of a letter at the phone of its receiver. */
export type Delivery = {
  id: number;
  to: Address;
  message: OutboundMessage;
  externalId: string;
  by: Life;
  /** When its sending began. */
  begun: Moment;
  /** The line was cut after it, and the sender does not know. */
  cut: boolean;
};

/** The clock, and how often it had been moved until then. */
type Moment = { ms: number; jumps: number };

export type Network = {
  deliveries: Delivery[];
  /** Letters that were refused because their receiver had blocked us. */
  refused: Set<number>;
  /** Who blocks us at this moment. */
  blocked: Set<Address>;
  /** Repeats that no crash, cut or long silence explains. */
  needless: string[];
  /** Statuses that the network will tell of later. */
  news: { externalId: string; status: 'arrived' | 'read' }[];
  /** The channel as one process has it. */
  channelFor(life: Life): Channel & MediaChannel & RoomChannel;
  /** Every download of such a source failed or was late: the person may have been told so. */
  late: Set<string>;
};

type Around = {
  draw: Draw;
  strands: Strands;
  left: Troubles;
  nowMs(): number;
  jumps(): number;
  note(line: string): void;
  arrived(delivery: Delivery): void;
};

/** A voice note: enough of one to be told by its content. */
export const VOICE = new TextEncoder().encode('#!AMR\n kasa');

export function openNetwork(around: Around): Network {
  const { draw, strands, left, nowMs, note } = around;
  const last = new Map<number, Delivery>();
  const network: Network = {
    deliveries: [],
    refused: new Set(),
    blocked: new Set(),
    needless: [],
    news: [],
    late: new Set(),
    channelFor,
  };

  /** A sending that took so long was given up by its pump, and another one begun. */
  const isOld = (begun: Moment) => begun.jumps < around.jumps() || nowMs() - begun.ms >= FORGOTTEN_AFTER_MS;

  function deliver(message: OutboundMessage, by: Life, begun: Moment, cut: boolean): Delivery {
    const id = Number(message.id);
    const before = last.get(id);
    const explained = !before || before.cut || before.by.isDead() || isOld(before.begun) || isOld(begun);
    if (!explained) network.needless.push(`letter ${id} was delivered again without need`);
    const externalId = message.edits ?? `${message.to}:x${network.deliveries.length + 1}`;
    const delivery = { id, to: message.to, message, externalId, by, begun, cut };
    network.deliveries.push(delivery);
    last.set(id, delivery);
    note(`delivered ${id} to ${message.to}${cut ? ', line cut' : ''}`);
    around.arrived(delivery);
    if (!message.reaction) {
      network.news.push({ externalId, status: 'arrived' }, { externalId, status: 'read' });
    }
    return delivery;
  }

  function fault(message: OutboundMessage): SendError | 'cut' | undefined {
    if (network.blocked.has(message.to)) {
      network.refused.add(Number(message.id));
      return new SendError('blocked', 'the person has blocked us');
    }
    if (left.sendFaults === 0 || !draw.chance(0.4)) return undefined;
    left.sendFaults -= 1;
    const kind = draw.pick(['throttled', 'unreachable', 'cut', 'cut', 'misconfigured'] as const);
    if (kind === 'cut') return 'cut';
    return new SendError(
      kind,
      'drawn',
      kind === 'throttled' ? { retryAfterSeconds: 1 + draw.below(20) } : {},
    );
  }

  async function send(life: Life, message: OutboundMessage) {
    const begun = { ms: nowMs(), jumps: around.jumps() };
    // A request that is on its way when its process dies may arrive all the same.
    const dies = () =>
      void (draw.chance(0.5) && !network.blocked.has(message.to) && deliver(message, life, begun, false));
    const hangs = left.hangs > 0 && draw.chance(0.3);
    if (hangs) left.hangs -= 1;
    await strands.pause(life, `send ${message.id}`, {
      dies,
      fromMs: hangs ? nowMs() + FORGOTTEN_AFTER_MS + draw.below(8) * 1000 : 0,
    });
    // A call that hung for so long mostly ends in nothing.
    const hung = hangs || around.jumps() > begun.jumps;
    const failure = hung && draw.chance(0.7) ? new SendError('unreachable', 'it hung') : fault(message);
    if (failure instanceof SendError) {
      note(`send ${message.id}: ${failure.kind}`);
      throw failure;
    }
    const { externalId } = deliver(message, life, begun, failure === 'cut');
    await strands.pause(life, `sent ${message.id}`);
    if (failure === 'cut') throw new SendError('unknown', 'the line was cut');
    return { externalId };
  }

  async function download(life: Life, source: string): Promise<Uint8Array> {
    const slow = left.slowDownloads > 0 && draw.chance(0.6);
    const waitMs = slow ? draw.pick([500, 4000, 40_000]) : 50;
    if (slow) left.slowDownloads -= 1;
    if (waitMs > 10_000) network.late.add(source);
    await strands.pause(life, `download ${source}`, { fromMs: nowMs() + waitMs });
    if (slow && draw.chance(0.4)) {
      note(`download ${source}: unreachable`);
      network.late.add(source);
      throw new SendError('unreachable', 'drawn');
    }
    return VOICE;
  }

  function channelFor(life: Life) {
    return {
      name: NETWORK,
      limits: {
        textMax: 4096,
        captionMax: 1024,
        choicesMax: 30,
        choiceLabelMax: 40,
        photosPerLetterMax: 10,
        inFlightMax: 3,
        perSecondMax: 1000,
        perAddressPerSecondMax: 1000,
        perRoomPerMinuteMax: 1000,
      },
      start: async () => {},
      stop: async () => {},
      isRoom: (address: Address) => address.startsWith(`${NETWORK}:-`),
      send: (message: OutboundMessage) => send(life, message),
      download: (media: { source?: string }) => download(life, media.source ?? ''),
    };
  }
  return network;
}
