/**
 * Desks on two networks: `console` has buttons, `whatsappweb` has none and must be paired. Whoever writes and what is
 * read is under the test's control; the clock stands still but for a second a letter.
 */
import { vi } from 'vitest';
import type { PairedChannel, PairingState } from '../../src/channels/channel.ts';
import { openConsole } from '../../src/channels/console/channel.ts';
import type { Address, OutboundMessage } from '../../src/channels/message.ts';
import { loadEditorial } from '../../src/content.ts';
import type { Database } from '../../src/database/database.ts';
import { openHouse } from '../../src/house.ts';
import { invite } from '../../src/operators/invite.ts';
import { truncate } from '../database/given.ts';
import { makeWorld, rememberingLog } from '../delivery/made.ts';

// A story is many turns, and the machine may be busy.
vi.setConfig({ testTimeout: 30_000 });

const editorial = loadEditorial('Africa/Accra');

export type Read = { text: string; name: string; message: OutboundMessage };
export type Hall = Awaited<ReturnType<typeof openHall>>;

export async function openHall(
  database: Database,
  options: { deskLanguage?: string; paired?: boolean } = {},
) {
  await truncate(database);
  const world = makeWorld('2026-11-30T09:00:00Z');
  const log = rememberingLog();
  const heard: (Read & { to: Address })[] = [];
  const hear = (message: OutboundMessage, name: string) => {
    if (!message.reaction) heard.push({ to: message.to, text: message.content.text, name, message });
  };
  const buttons = openConsole(hear, 'console');
  buttons.limits.choicesMax = 10;
  const words = openConsole(hear, 'whatsappweb');
  let tell: (state: PairingState) => void = () => {};
  const onPairing = (to: typeof tell): void => {
    tell = to;
  };
  const phone: PairedChannel = { ...words, onPairing };
  const channels = [buttons, options.paired === false ? words : phone];
  const house = openHouse({
    database,
    world,
    log,
    editorial,
    channels,
    settings: {
      emergencyNumber: '112',
      fireNumber: '192',
      deskLanguage: options.deskLanguage ?? 'en',
      defaultLanguage: 'en',
    },
  });
  await house.prepare();
  const pumps = channels.map((channel) => house.pumpFor(channel));
  let said = 0;

  async function settle(): Promise<void> {
    for (;;) {
      let moved = await house.turner.turnOnce();
      moved += await house.announcer.lookOnce();
      for (const pump of pumps) moved += await pump.pumpOnce();
      if (moved === 0) return;
    }
  }

  /** @param where a person's address, or a room's with the name of who speaks there: `whatsappweb:works/Efua` */
  async function say(where: string, text: string, more: object = {}): Promise<void> {
    said += 1;
    world.pass(1);
    const [chat = '', name] = where.split('/');
    const [channel = ''] = chat.split(':');
    const from = (name === undefined ? chat : `${channel}:${name.toLowerCase()}`) as Address;
    const letter = { channel, externalId: `x${said}`, text, sentAt: world.now(), from };
    await house.receiver.receive([{ ...letter, ...(name && { room: chat as Address, name }), ...more }]);
    await settle();
  }

  const read = (chat: string): Read[] => {
    const theirs = heard.filter(({ to }) => to === chat);
    for (const one of theirs) heard.splice(heard.indexOf(one), 1);
    return theirs;
  };

  return {
    database,
    world,
    log,
    house,
    settle,
    say,
    /** What came to a chat since the last call, in order. */
    read,
    texts: (chat: string): string =>
      read(chat)
        .map(({ text }) => text)
        .join('\n'),
    async openDesk(where: string, department: string): Promise<void> {
      const { code } = await invite(database.tx, department, world.now());
      await say(where, `/desk ${code}`);
      read(where.split('/')[0] ?? '');
    },
    /** A resident reports a choked drain; resolves with its reference. */
    async report(who = 'console:ama'): Promise<string> {
      for (const line of ['the gutter at Ketan is choked', 'yes', '2', 'skip', '1']) await say(who, line);
      const sent = read(who).findLast(({ text }) => text.includes('Your reference'))?.text ?? '';
      return /KS-[2-9A-Z]+/.exec(sent)?.[0] ?? '';
    },
    /** What the paired network tells of itself. */
    async pairing(state: PairingState): Promise<void> {
      tell(state);
      await house.pairingWritten();
      await settle();
    },
  };
}
