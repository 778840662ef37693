/**
 * WhatsApp through a phone that is paired by scanning a code: whatsapp-web.js drives WhatsApp's own web page in a browser.
 * Carries letters both ways and keeps the browser alive; must not know flows, people, desks or the database.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorFacts, type Log } from '../../log.ts';
import type { World } from '../../world.ts';
import {
  type Limits,
  type MediaChannel,
  type OutcomeChannel,
  type PairedChannel,
  type PairingState,
  type RoomChannel,
  SendError,
} from '../channel.ts';
import type { Files } from '../files.ts';
import { bounded } from './bounded.ts';
import { type Care, ceiling, paired } from './care.ts';
import { download } from './download.ts';
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
import { type End, live, TIMES, type Times } from './life.ts';
import { WHATSAPP_WEB_LIMITS } from './limits.ts';
import { chatOf, isGroup } from './names.ts';
import { openOutcomes, readOutcome } from './outcomes.ts';
import { passOverRejections } from './rejections.ts';
import { openSender, type Up } from './send.ts';
import { supervise } from './supervise.ts';
import { openTallyFile } from './tally.ts';
import { openCodeScreen } from './terminal.ts';
import { walkUnread } from './unread.ts';

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
  let tellPairing: (state: PairingState) => void = () => {};
  let intake: Intake | undefined;
  /** Set while the phone is paired and has caught up; `connected` while its page has a line to WhatsApp. */
  let ready: Up | undefined;
  let connected = false;
  let waitsUntilMs: number | undefined;
  let isFull = false;

  const signal = () => leaving.signal;
  const outcomes = openOutcomes(world, log, signal);
  const gate = openGate({ care, tally, timeZone, world, onFull: becomeFull });
  const send = openSender({ up, gate, files, polls, waits: (chat) => intake?.waits(chat) ?? false, signal });
  const hear = openHear(() => ({ phone: ready?.phone, me: ready?.me ?? [] }), log);

  return {
    name: 'whatsappweb',
    limits: limitsOf(settings, ceiling(care, tally.read().since, world.now())),
    isRoom: (address) => isGroup(chatOf(address)),
    onOutcomes: outcomes.tellTo,
    onPairing: (tell) => {
      tellPairing = tell;
    },
    start,
    stop,
    send: async (message) => {
      const externalId = await send(message);
      if (isFull) tell({ kind: 'ready' });
      return { externalId };
    },
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
      waitsUntil: (ms) => {
        waitsUntilMs = ms;
      },
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
          connected: (is) => setConnected(is),
          message: (message) => intake?.take(message),
          ack: (message, ack) => outcomes.note(readOutcome(message, ack)),
        },
        times: { ...TIMES, ...settings.times },
        world,
        log,
        signal,
      });
    } finally {
      if (ready?.phone === phone) ready = undefined;
      connected = false;
      intake?.release();
    }
  }

  async function becomeReady(phone: Phone, library: Library): Promise<void> {
    const me = await ownNames(phone);
    if (phone.pupBrowser?.connected === false) return;
    ready = { phone, library, me };
    connected = true;
    screen.paired();
    if (me[0] !== undefined) tally.write(paired(tally.read(), me[0], world.now()));
    tell({ kind: 'ready' });
    await catchUp();
  }

  /** Hands in what is unread, and then what came meanwhile. */
  async function catchUp(): Promise<void> {
    const [now, open] = [ready, intake];
    if (!now || !open) return;
    open.hold();
    await walkUnread(now.phone, open, log, leaving.signal);
    open.release();
  }

  function setConnected(is: boolean): void {
    if (!ready || is === connected) return;
    connected = is;
    const lookSeconds = settings.times?.lookSeconds ?? TIMES.lookSeconds;
    tell(
      is
        ? { kind: 'ready' }
        : { kind: 'away', why: 'no connection to WhatsApp', againInSeconds: lookSeconds },
    );
  }

  function up(): Up {
    if (ready && connected) return ready;
    const nowMs = world.now().getTime();
    const seconds =
      waitsUntilMs === undefined ? undefined : Math.max(1, Math.ceil((waitsUntilMs - nowMs) / 1000));
    throw new SendError('unreachable', 'WhatsApp: no phone is paired and connected now', {
      ...(seconds !== undefined && { retryAfterSeconds: seconds }),
    });
  }

  /** The chat is marked as read once all of it is stored; when that fails it is found again, which does no harm. */
  function seen(chat: string): void {
    const now = ready;
    if (!now || !connected) return;
    bounded(Promise.resolve(now.phone.sendSeen(chat)), SEEN_SECONDS_MAX).catch((error: unknown) =>
      log.info('whatsappweb: a chat stays unread', errorFacts(error)),
    );
  }

  function becomeFull(againInSeconds: number): void {
    if (isFull) return;
    tell({ kind: 'full', againInSeconds });
    isFull = true;
  }

  function tell(state: PairingState): void {
    if (state.kind === 'ready') isFull = false;
    if (state.kind !== 'pairing') log.info('whatsappweb: changed', { state: state.kind });
    tellPairing(state);
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
