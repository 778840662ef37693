/**
 * WhatsApp through a phone that is paired by scanning a code: whatsapp-web.js drives WhatsApp's own web page in a browser.
 * Carries letters both ways and keeps the browser alive; must not know flows, people, desks or the database.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorFacts, type Log } from '../../log.ts';
import type { World } from '../../world.ts';
import type { Limits, MediaChannel, OutcomeChannel, PairedChannel, RoomChannel } from '../channel.ts';
import type { Files } from '../files.ts';
import { bounded } from './bounded.ts';
import { type Care, ceiling, paired } from './care.ts';
import { download } from './download.ts';
import type { End } from './ending.ts';
import { openGate } from './gate.ts';
import { openHear } from './hear.ts';
import { type Intake, openIntake } from './intake.ts';
import {
  deleteSession,
  freeSession,
  type Library,
  loadLibrary,
  makePhone,
  type Phone,
  type PhoneOptions,
} from './library.ts';
import { live } from './life.ts';
import { WHATSAPP_WEB_LIMITS } from './limits.ts';
import { chatOf, isGroup } from './names.ts';
import { openOutcomes, readOutcome } from './outcomes.ts';
import { passOverRejections } from './rejections.ts';
import { openSender } from './send.ts';
import { openStatus } from './status.ts';
import { supervise } from './supervise.ts';
import { openTallyFile } from './tally.ts';
import { openCodeScreen } from './terminal.ts';
import { walkUnread } from './unread.ts';
import { TIMES, type Times } from './watch.ts';

const NAMES_SECONDS_MAX = 5;
const SEEN_SECONDS_MAX = 10;
/** The library leaves promises behind that end just after its browser. */
const LAST_REJECTIONS_MS = 200;
/** Whoever has the session can write as us. */
const ONLY_OURS = 0o700;
/** Of a day's letters so many may go to many; the rest is left to who is answered. */
const SHARE_OF_MANY = 0.5;

export type WhatsAppWebSettings = {
  /** The program of the browser (browser.ts finds one). */
  browser: string;
  /** The session, and the count of letters, lie in `whatsapp` under it. */
  dataDir: string;
  care: Care;
  /** Letters to many are carried, slowly. */
  broadcasts: boolean;
  /** Choices are shown as a poll too. */
  polls: boolean;
  timeZone: string;
  world: World;
  log: Log;
  files: Files;
  /** Where the code is drawn; standard output unless told. */
  print?: (text: string) => void;
  times?: Partial<Times>;
  /** For tests: a page that stands in for WhatsApp's, arguments for the browser, and who looks at each phone. */
  page?: PhoneOptions['page'];
  args?: readonly string[];
  library?: () => Promise<Library>;
  onPhone?: (phone: Phone) => void;
};

export type WhatsAppWebChannel = MediaChannel & RoomChannel & OutcomeChannel & PairedChannel;

export function openWhatsAppWeb(settings: WhatsAppWebSettings): WhatsAppWebChannel {
  const { world, log, care, timeZone, files, polls } = settings;
  const folder = join(settings.dataDir, 'whatsapp');
  const tally = openTallyFile(folder, log);
  const screen = openCodeScreen(settings.print ?? ((text) => console.log(text)));
  let leaving = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let intake: Intake | undefined;
  const times = { ...TIMES, ...settings.times };
  const status = openStatus(world, times.lookSeconds);
  const { tell, up } = status;
  const signal = () => leaving.signal;
  const outcomes = openOutcomes(world, log, signal);
  const gate = openGate({ care, tally, timeZone, world, onFull: status.full, onFree: status.free });
  const send = openSender({ up, gate, files, polls, waits: (chat) => intake?.waits(chat) ?? false, signal });
  const hear = openHear(() => status.now() ?? { phone: undefined, me: [] }, log);

  return {
    name: 'whatsappweb',
    limits: limitsOf(settings, ceiling(care, tally.read().since, world.now())),
    isRoom: (address) => isGroup(chatOf(address)),
    onOutcomes: outcomes.tellTo,
    onPairing: status.tellTo,
    start,
    stop,
    send: async (message) => ({ externalId: await send(message) }),
    download: async (media, bytesMax) => download(up().phone, media, bytesMax),
  };

  /** Resolves at once: whether a phone is paired shows later. */
  async function start(receive: Parameters<WhatsAppWebChannel['start']>[0]): Promise<void> {
    leaving = new AbortController();
    intake = openIntake({ receive, hear, world, log, onStored: seen, onMissed: () => void catchUp() });
    const stopPassingOver = passOverRejections(log);
    running = supervise({
      life,
      forget: () => deleteSession(folder),
      tell,
      waitsUntil: status.waitsUntil,
      world,
      log,
      signal: leaving.signal,
    }).finally(async () => {
      await new Promise((resolve) => setTimeout(resolve, LAST_REJECTIONS_MS));
      stopPassingOver();
    });
  }

  async function stop(): Promise<void> {
    leaving.abort();
    const open = intake;
    await Promise.all([running, open?.settle(), outcomes.settle()]);
    if (intake === open) intake = undefined;
  }

  async function life(signal: AbortSignal): Promise<End> {
    const library = await (settings.library ?? loadLibrary)();
    mkdirSync(folder, { recursive: true, mode: ONLY_OURS });
    freeSession(folder);
    const { browser, page, args } = settings;
    const asRoot = process.getuid?.() === 0;
    const phone = makePhone(library, { browser, folder, asRoot, page, args });
    settings.onPhone?.(phone);
    // What comes while older letters are looked for stands behind them.
    intake?.hold();
    try {
      return await live({
        phone,
        heard: {
          code: (code) => {
            screen.show(code);
            tell({ kind: 'pairing', code });
          },
          ready: () => {
            becomeReady(phone, library).catch((error: unknown) =>
              log.error('whatsappweb: a fault of our own', errorFacts(error)),
            );
          },
          connected: status.connected,
          message: (message) => intake?.take(message),
          edited: (message) => intake?.takeEdited(message),
          ack: (message, ack) => outcomes.note(readOutcome(message, ack)),
        },
        times,
        world,
        log,
        signal,
      });
    } finally {
      status.ended(phone);
      intake?.release();
    }
  }

  async function becomeReady(phone: Phone, library: Library): Promise<void> {
    const me = await ownNames(phone);
    if (phone.pupBrowser?.connected === false) return;
    screen.paired();
    if (me[0] !== undefined) tally.write(paired(tally.read(), me[0], world.now()));
    status.becameReady({ phone, library, me });
    await catchUp();
  }

  /** Hands in what is unread, and then what came meanwhile. */
  async function catchUp(): Promise<void> {
    const [now, open] = [status.now(), intake];
    if (!now || !open) return;
    open.hold();
    await walkUnread(now.phone, open, log, leaving.signal);
    open.release();
  }

  /** The chat is marked as read once all of it is stored; when that fails it is found again, which does no harm. */
  function seen(chat: string): void {
    const now = status.now();
    if (!now) return;
    bounded(Promise.resolve(now.phone.sendSeen(chat)), SEEN_SECONDS_MAX).catch((error: unknown) =>
      log.info('whatsappweb: a chat stays unread', errorFacts(error)),
    );
  }
}

/** Our number first, where WhatsApp tells it, and our opaque id: people mention and quote us by either. */
async function ownNames(phone: Phone): Promise<string[]> {
  const own = phone.info?.wid?._serialized;
  if (own === undefined) return [];
  const asked = await bounded(phone.getContactLidAndPhone([own]), NAMES_SECONDS_MAX).catch(() => []);
  const { lid, pn } = asked[0] ?? {};
  return [...new Set([own, pn, lid].filter((name): name is string => typeof name === 'string'))];
}

function limitsOf({ broadcasts }: WhatsAppWebSettings, today: number): Limits {
  const peoplePerDayMax = Math.max(1, Math.floor(today * SHARE_OF_MANY));
  return {
    ...WHATSAPP_WEB_LIMITS,
    broadcasts: broadcasts && { perSecondMax: 1, inFlightMax: 1, peoplePerDayMax },
  };
}
