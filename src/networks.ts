/**
 * The networks: each is one entry, which opens its channel when the settings switch it on, tells whoever starts Kasa how
 * it stands, and knows which setting is wrong when the network refuses us.
 */
import { existsSync } from 'node:fs';
import { type Channel, type ProvableChannel, SendError, type SendErrorKind } from './channels/channel.ts';
import { openTelegram } from './channels/telegram/channel.ts';
import { openWebChat } from './channels/web/channel.ts';
import { LETTERS_SHOWN_MAX } from './channels/web/ports.ts';
import { WEB_VALUES, WEB_WORDS, type Words } from './channels/web/words.ts';
import { openWhatsApp, WEBHOOK_PATH } from './channels/whatsapp/channel.ts';
import { findBrowser, INSTALL_BROWSER } from './channels/whatsappweb/browser.ts';
import { openWhatsAppWeb } from './channels/whatsappweb/channel.ts';
import { type Config, programFolders, WrongSetting } from './config.ts';
import { lettersOf } from './conversations/mailbox.ts';
import type { Database } from './database/database.ts';
import type { Voice } from './engine/conversation.ts';
import type { Log } from './log.ts';
import { filesOf } from './media/store.ts';
import { uploadsOf } from './media/uploads.ts';
import { SETTINGS } from './settings.ts';
import type { World } from './world.ts';

/** A network that does not answer within it is taken for away. */
const PROVE_SECONDS_MAX = 5;

/** What channels are made of besides their settings. */
export type Parts = { world: World; log: Log; database: Database; voice: Voice };

type Network = {
  name: string;
  /** Undefined where the settings do not switch it on. @throws WrongSetting */
  open(config: Config, parts: Parts): Channel | undefined;
  /** Whether it is on, and how to switch it on. @param here our address */
  told(config: Config, here: string): string;
  /** Which setting is wrong when it refuses us ('rejected': it knows us, and not what we name). */
  refused?: Partial<Record<SendErrorKind, keyof typeof SETTINGS>>;
};

const web: Network = {
  name: 'web',
  open(config, { world, log, database, voice }) {
    const codes = voice.languages.map(({ code }) => code);
    return openWebChat({
      world,
      log,
      files: filesOf(database),
      uploads: uploadsOf(database, world),
      mailbox: { after: (address, afterId) => lettersOf(database, address, afterId, LETTERS_SHOWN_MAX) },
      languages: [config.DEFAULT_LANGUAGE, ...codes.filter((code) => code !== config.DEFAULT_LANGUAGE)],
      words: (language) =>
        Object.fromEntries(
          WEB_WORDS.map((word) => [word, voice.say(language, `web.${word}`, WEB_VALUES)]),
        ) as Words,
      publicUrl: config.PUBLIC_URL,
      timeZone: config.TIME_ZONE,
    });
  },
  told: (_config, here) => `Web chat   on   ${here}/chat`,
};

const telegram: Network = {
  name: 'telegram',
  open(config, { world, log, database }) {
    if (!config.TELEGRAM_BOT_TOKEN) return undefined;
    return openTelegram({
      token: config.TELEGRAM_BOT_TOKEN,
      apiRoot: config.TELEGRAM_API_ROOT,
      publicUrl: config.PUBLIC_URL,
      webhookSecret: config.TELEGRAM_WEBHOOK_SECRET,
      paidBroadcasts: config.TELEGRAM_PAID_BROADCASTS === 'on',
      world,
      log,
      files: filesOf(database),
    });
  },
  told: ({ TELEGRAM_BOT_TOKEN, PUBLIC_URL }) =>
    TELEGRAM_BOT_TOKEN
      ? `Telegram   on   ${PUBLIC_URL ? 'Telegram calls us' : 'we ask Telegram'}`
      : 'Telegram   off  set TELEGRAM_BOT_TOKEN to the token that @BotFather gave you',
  refused: { misconfigured: 'TELEGRAM_BOT_TOKEN', rejected: 'TELEGRAM_BOT_TOKEN' },
};

const whatsappWeb: Network = {
  name: 'whatsappweb',
  open(config, { world, log, database }) {
    if (!config.WHATSAPP_WEB) return undefined;
    return openWhatsAppWeb({
      browser: browserFor(config),
      dataDir: config.DATA_DIR,
      care: {
        pauseSeconds: config.WHATSAPP_WEB_PAUSE_SECONDS,
        perDay: config.WHATSAPP_WEB_PER_DAY,
        warmUpDays: config.WHATSAPP_WEB_WARM_UP_DAYS,
      },
      broadcasts: config.WHATSAPP_WEB_BROADCASTS,
      polls: config.WHATSAPP_WEB_POLLS,
      timeZone: config.TIME_ZONE,
      world,
      log,
      files: filesOf(database),
    });
  },
  told: ({ WHATSAPP_WEB }) =>
    WHATSAPP_WEB
      ? 'Phone      on   WhatsApp with a paired phone: the code to be scanned appears here'
      : 'Phone      off  WhatsApp with a paired phone: read its risk in README.md, then set WHATSAPP_WEB=on',
};

const whatsapp: Network = {
  name: 'whatsapp',
  open(config, { world, log, database }) {
    const {
      WHATSAPP_CLOUD_TOKEN: token,
      WHATSAPP_CLOUD_PHONE_ID: phoneId,
      WHATSAPP_CLOUD_APP_SECRET: appSecret,
      WHATSAPP_CLOUD_VERIFY_TOKEN: verifyToken,
    } = config;
    if (!token || !phoneId || !appSecret || !verifyToken) return undefined;
    return openWhatsApp({
      token,
      phoneId,
      appSecret,
      verifyToken,
      apiRoot: config.WHATSAPP_CLOUD_API_ROOT,
      perSecondMax: config.WHATSAPP_CLOUD_PER_SECOND,
      templates: config.WHATSAPP_CLOUD_TEMPLATES ?? {},
      templateLanguages: config.WHATSAPP_CLOUD_TEMPLATE_LANGUAGES,
      templateWaitHours: config.WHATSAPP_CLOUD_WAIT_HOURS,
      peoplePerDayMax: config.WHATSAPP_CLOUD_PEOPLE_PER_DAY,
      world,
      log,
      files: filesOf(database),
    });
  },
  told: ({ WHATSAPP_CLOUD_TOKEN, PUBLIC_URL }) =>
    WHATSAPP_CLOUD_TOKEN
      ? `WhatsApp   on   enter ${PUBLIC_URL ?? 'https://your.address'}${WEBHOOK_PATH} at Meta${PUBLIC_URL ? '' : ' (set PUBLIC_URL to see it whole)'}`
      : 'WhatsApp   off  set WHATSAPP_CLOUD_TOKEN and the three beside it (README: WhatsApp)',
  refused: { misconfigured: 'WHATSAPP_CLOUD_TOKEN', rejected: 'WHATSAPP_CLOUD_PHONE_ID' },
};

/** In the order in which they are told of. */
export const networks: readonly Network[] = [web, telegram, whatsappWeb, whatsapp];

/** @throws WrongSetting */
export const openChannels = (config: Config, parts: Parts): Channel[] =>
  networks.flatMap((network) => network.open(config, parts) ?? []);

/** A token that its network refuses is a wrong setting; a network that is away is not. @throws WrongSetting */
export async function prove(channel: ProvableChannel): Promise<void> {
  await channel.prove(PROVE_SECONDS_MAX).catch((error: unknown) => {
    const refused = networks.find(({ name }) => name === channel.name)?.refused;
    const name = error instanceof SendError ? refused?.[error.kind] : undefined;
    if (!(error instanceof SendError) || name === undefined) throw error;
    throw new WrongSetting(
      `The setting ${name} is wrong (${error.message}). It may be ${SETTINGS[name].may}.`,
    );
  });
}

/** The browser for the paired phone. None, or one that is not where a setting says: one line says what to do. */
function browserFor(config: Config): string {
  for (const name of ['WHATSAPP_BROWSER', 'PUPPETEER_EXECUTABLE_PATH'] as const) {
    const given = config[name];
    if (given !== undefined && !existsSync(given)) {
      throw new WrongSetting(
        `The setting ${name} is wrong (it is "${given}"). It may be ${SETTINGS[name].may}.`,
      );
    }
  }
  const machine = { platform: process.platform, ...programFolders(), isThere: existsSync };
  const found = findBrowser([config.WHATSAPP_BROWSER, config.PUPPETEER_EXECUTABLE_PATH], machine);
  if (found === undefined) throw new WrongSetting(INSTALL_BROWSER);
  return found;
}
