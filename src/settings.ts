/** Every setting: its shape, what it may be, and what it does, in the sentence that the README shows and a test compares. */
import { z } from 'zod';
import { GRAPH_ROOT } from './channels/whatsapp/api.ts';
import { asUri } from './civic/projects/values.ts';
import { TEMPLATE_KINDS, type TemplateKind } from './engine/content.ts';

const text = z.string().trim().min(1);
const optional = text.optional();
const port = z.coerce.number().int().min(0).max(65_535);
const url = z.url({ protocol: /^https?$/ }).transform((given) => given.replace(/\/+$/, ''));
const count = z.coerce.number().int().positive();
const timeZone = text.refine(isTimeZone, 'must be a time zone such as Africa/Accra');

/** A longer pause would keep a letter in hand until the pump gives it up. */
const PAUSE_SECONDS_MAX = 10;

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
const hour = z.coerce.number().int().min(0).max(23);

/** "21-6" → from 21 up to 6; "off" → none. */
const quietHours = text.regex(/^(off|([01]?\d|2[0-3])-([01]?\d|2[0-3]))$/).transform((given) => {
  const [from, until] = given.split('-').map(Number);
  return from === undefined || until === undefined ? undefined : { from, until };
});

const onOff = z
  .enum(['on', 'off'])
  .default('off')
  .transform((given) => given === 'on');

/** "2-6" → from 2 to 6 seconds. */
const pause = text
  .regex(/^\d+(\.\d+)?-\d+(\.\d+)?$/)
  .transform((given) => {
    const [least = 0, most = 0] = given.split('-').map(Number);
    return { least, most };
  })
  .refine(({ least, most }) => least <= most && most <= PAUSE_SECONDS_MAX);

/** `news=kasa_news,week=kasa_week` */
const TEMPLATE = `(${TEMPLATE_KINDS.join('|')})=[a-z0-9_]{1,512}`;
const templates = text
  .regex(new RegExp(`^${TEMPLATE}(,${TEMPLATE})*$`))
  .transform(
    (given): Partial<Record<TemplateKind, string>> =>
      Object.fromEntries(given.split(',').map((one) => one.split('='))),
  );

/** `en,es` or `en_GH`, the first one first. */
const metaLanguages = text
  .regex(/^[a-z]{2,3}(_[A-Z]{2})?(,[a-z]{2,3}(_[A-Z]{2})?)*$/)
  .transform((given) => given.split(',') as [string, ...string[]]);

function isTimeZone(given: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: given });
    return true;
  } catch {
    return false;
  }
}

type Setting = { shape: z.ZodType; may: string; about: string; secret?: boolean };

/** Every setting: what it may be, and what it does. */
export const SETTINGS = {
  PORT: {
    shape: port.default(3000),
    may: 'a port, 0 for any free one',
    about: 'Where the server listens (default 3000).',
  },
  HOST: {
    shape: optional,
    may: 'an address of this machine',
    about: 'On which address it listens (default: all).',
  },
  DATA_DIR: {
    shape: text.default('.data'),
    may: 'a folder that may be written',
    about: 'Where the embedded database lives (default .data). One process only.',
  },
  DATABASE_URL: {
    shape: optional,
    may: 'postgres://user:password@host:5432/name',
    about: 'A Postgres server, 15 or newer, instead of the embedded database.',
    secret: true,
  },
  PUBLIC_URL: {
    shape: url.optional(),
    may: 'https://kasa.example.org',
    about:
      'The address under which the world reaches this server. Telegram then calls us instead of being asked.',
  },
  TELEGRAM_BOT_TOKEN: {
    shape: optional,
    may: 'the token that @BotFather gave, like 123456:ABC…',
    about: 'Switches Telegram on.',
    secret: true,
  },
  TELEGRAM_API_ROOT: {
    shape: url.default('https://api.telegram.org'),
    may: 'http://127.0.0.1:8081',
    about: 'Another Bot API server (default https://api.telegram.org).',
  },
  TELEGRAM_WEBHOOK_SECRET: {
    shape: z
      .string()
      .regex(/^[A-Za-z0-9_-]{16,256}$/)
      .optional(),
    may: '16 to 256 letters, digits, _ or -',
    about: 'What Telegram must say when it calls us (default: derived from the token).',
    secret: true,
  },
  TELEGRAM_PAID_BROADCASTS: {
    shape: z.enum(['on', 'off']).default('off'),
    may: 'on or off',
    about:
      'Letters to many at up to 1,000 a second instead of 30; Telegram takes Stars for them (default off, see @BotFather).',
  },
  WHATSAPP_WEB: {
    shape: onOff,
    may: 'on or off',
    about:
      'Switches WhatsApp with a paired phone on (default off). WhatsApp forbids it and may shut the number down: see above.',
  },
  WHATSAPP_BROWSER: {
    shape: optional,
    may: 'the path of the program of Chromium or Chrome',
    about: 'The browser for the paired phone (default: the one that is found on this machine).',
  },
  PUPPETEER_EXECUTABLE_PATH: {
    shape: optional,
    may: 'the path of the program of Chromium or Chrome',
    about: 'The same, by the name that containers often set it under; WHATSAPP_BROWSER comes first.',
  },
  WHATSAPP_WEB_PAUSE_SECONDS: {
    shape: pause.prefault('2-6'),
    may: 'two numbers from 0 to 10 such as 2-6, the smaller one first',
    about: 'The paired phone waits so long between two messages, each time another while (default 2-6).',
  },
  WHATSAPP_WEB_PER_DAY: {
    shape: count.default(500),
    may: 'a whole number above 0',
    about: 'The paired phone sends no more messages in a day; what is left goes the next (default 500).',
  },
  WHATSAPP_WEB_WARM_UP_DAYS: {
    shape: z.coerce.number().int().min(0).max(365).default(10),
    may: 'a whole number from 0 to 365',
    about:
      'A newly paired number begins with a share of that and reaches all of it on this day (default 10); 0: at once.',
  },
  WHATSAPP_WEB_BROADCASTS: {
    shape: onOff,
    may: 'on or off',
    about:
      'Whether the paired phone carries letters to many, at most half of its day (default off). It is the surest way to lose the number.',
  },
  WHATSAPP_WEB_POLLS: {
    shape: onOff,
    may: 'on or off',
    about: 'Whether choices are shown as a poll too, beside the numbers (default off). Votes are not heard.',
  },
  WHATSAPP_CLOUD_TOKEN: {
    shape: optional,
    may: 'the access token of a system user, like EAAG…',
    about: 'Switches WhatsApp on, together with the three below.',
    secret: true,
  },
  WHATSAPP_CLOUD_PHONE_ID: {
    shape: z
      .string()
      .regex(/^\d{5,30}$/)
      .optional(),
    may: 'the phone number ID that Meta shows, digits only (it is not the number)',
    about: 'Which of your numbers at Meta is meant.',
  },
  WHATSAPP_CLOUD_APP_SECRET: {
    shape: optional,
    may: 'the app secret that Meta shows under App settings, Basic',
    about: 'Meta signs with it what it brings us.',
    secret: true,
  },
  WHATSAPP_CLOUD_VERIFY_TOKEN: {
    shape: text.min(8).optional(),
    may: 'a word of your own of at least 8 letters, the one that you enter at Meta beside the address',
    about: 'By it Meta knows that the address is ours.',
    secret: true,
  },
  WHATSAPP_CLOUD_API_ROOT: {
    shape: url.default(GRAPH_ROOT),
    may: 'https://graph.facebook.com/v26.0',
    about: `Another version of Meta’s API, or another server (default ${GRAPH_ROOT}).`,
  },
  WHATSAPP_CLOUD_PER_SECOND: {
    shape: count.max(1000).default(80),
    may: 'a whole number from 1 to 1000',
    about: 'Letters a second that Meta grants your number (default 80; 20 where a phone uses it too).',
  },
  WHATSAPP_CLOUD_PEOPLE_PER_DAY: {
    shape: count.default(250),
    may: 'a whole number above 0',
    about: 'How many people who did not write Meta lets you address in 24 hours (default 250, later more).',
  },
  WHATSAPP_CLOUD_TEMPLATES: {
    shape: templates.optional(),
    may: 'kinds and names such as news=kasa_news,week=kasa_week,announcement=kasa_announcement',
    about: 'Which templates Meta approved (default: none, and letters wait until people write).',
  },
  WHATSAPP_CLOUD_TEMPLATE_LANGUAGES: {
    shape: metaLanguages.prefault('en'),
    may: 'codes of Meta’s such as en,es or en_GH',
    about: 'In which languages they exist, the one to fall back on first (default en).',
  },
  WHATSAPP_CLOUD_WAIT_HOURS: {
    shape: z.coerce.number().min(0).max(168).default(3),
    may: 'a number from 0 to 168',
    about:
      'So long a letter waits for its reader to write before a template, which costs, asks them (default 3).',
  },
  TIME_ZONE: {
    shape: timeZone.default('Africa/Accra'),
    may: 'a time zone such as Africa/Accra',
    about: 'In which dates are said and hours are counted (default Africa/Accra).',
  },
  DEFAULT_LANGUAGE: {
    shape: text.default('en'),
    may: 'the name of a file in locales/, such as en',
    about: 'The language of people whose own is not known (default en).',
  },
  DESK_LANGUAGE: {
    shape: text.default('en'),
    may: 'the name of a file in locales/, such as en',
    about: 'The language in which desks are spoken to (default en).',
  },
  DIGEST_DAY: {
    shape: z
      .enum([...WEEKDAYS, 'off'])
      .default('friday')
      .transform((given) => (given === 'off' ? undefined : WEEKDAYS.indexOf(given))),
    may: `${WEEKDAYS.join(', ')} or off`,
    about: 'On which day the weekly digest opens (default friday); off: there is none.',
  },
  DIGEST_HOUR: {
    shape: hour.default(6),
    may: 'an hour from 0 to 23',
    about: 'From which hour of that day it goes out, to each reader at their own hour (default 6).',
  },
  DIGEST_APPROVAL: {
    shape: z
      .enum(['yes', 'no'])
      .default('no')
      .transform((given) => given === 'yes'),
    may: 'yes or no',
    about: 'Whether the front desk sees each digest first, and sends or holds it (default no).',
  },
  QUIET_HOURS: {
    shape: quietHours.prefault('21-6'),
    may: 'two hours such as 21-6, or off',
    about: 'Between these hours, in TIME_ZONE, no digest goes out (default 21-6).',
  },
  IMPORT_BYTES_MAX: {
    shape: count.default(52_428_800),
    may: 'a whole number above 0',
    about: 'A larger file or answer is not imported (default 52428800, which is 50 MB).',
  },
  IMPORT_PROJECTS_MAX: {
    shape: count.default(100_000),
    may: 'a whole number above 0',
    about: 'More projects at once are not imported (default 100000).',
  },
  IMPORT_SECONDS_MAX: {
    shape: count.max(86_400).default(120),
    may: 'a whole number from 1 to 86400',
    about: 'An address that has not been read to its end by then is not imported (default 120).',
  },
  EMERGENCY_NUMBER: {
    shape: text.default('112'),
    may: 'a number to call',
    about: 'Named first when somebody is in danger (default 112).',
  },
  FIRE_NUMBER: {
    shape: text.default('192'),
    may: 'a number to call',
    about: 'Named too when something burns (default 192).',
  },
  OC4IDS_PREFIX: {
    shape: z
      .string()
      .regex(/^[a-z0-9]{6}$/)
      .default('000000'),
    may: 'six lower-case letters or digits',
    about:
      'Stands in the ids of published projects; the OC4IDS helpdesk gives it (default 000000, which belongs to nobody: only for trying).',
  },
  OC4IDS_PUBLISHER: {
    shape: optional,
    may: 'the name of an organisation',
    about: 'Who publishes the projects (default: the assembly in city/departments.yaml).',
  },
  OC4IDS_LICENSE: {
    shape: z
      .url({ protocol: /^https?$/ })
      .refine((given) => asUri(given) !== undefined)
      .optional(),
    may: 'https://creativecommons.org/licenses/by/4.0/',
    about: 'Under which licence the projects are published (default: none is named).',
  },
  LOG_LEVEL: {
    shape: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    may: 'debug, info, warn, error or silent',
    about: 'How much is logged to standard error (default info).',
  },
} as const satisfies Record<string, Setting>;
