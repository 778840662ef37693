/** Starts Kasa: settings, database, content, channels, server. The only file that imports everything. */
import { performance } from 'node:perf_hooks';
import { sql } from 'drizzle-orm';
import cron from 'node-cron';
import { actions, inputsOf } from './actions.ts';
import type { Schedule } from './broadcasts/digest/clock.ts';
import {
  type Channel,
  isCommandsChannel,
  isProvableChannel,
  isWebhookChannel,
  SendError,
} from './channels/channel.ts';
import { controlPath, serveControl } from './cli/control.ts';
import { PACKAGE_PATH, publisherOf } from './cli/export.ts';
import { tellCommand } from './cli/house-command.ts';
import { type Config, readConfig, WrongSetting } from './config.ts';
import { type Editorial, faultsIn, loadEditorial } from './content.ts';
import { CannotOpen, type Database, rows } from './database/database.ts';
import { openDatabase } from './database/open.ts';
import { showFault } from './engine/check/fault.ts';
import { openHouse } from './house.ts';
import { errorFacts, type Log, openLog } from './log.ts';
import { networks, openChannels, prove } from './networks.ts';
import { metricsOf } from './web/metrics.ts';
import { openData } from './web/open-data.ts';
import { openServer } from './web/server.ts';
import { realWorld as world } from './world.ts';

/** What is in hand when the process is asked to stop has so long. */
const STOP_SECONDS_MAX = 15;
/**
 * When the digest is looked after, as cron says it: it opens on its day, and each reader's hour comes at a full hour. The
 * looks between them carry what a desk approved, or what was left when a process ended. Each may come twice or not at all.
 */
const EDITION_LOOKS = '*/10 * * * *';
/** Commands that networks show as a menu, by the flow they start. */
const SHOWN_COMMANDS = [
  'menu',
  'report',
  'reports',
  'week',
  'subscribe',
  'human',
  'language',
  'help',
  'privacy',
  'stop',
];
await start();

async function start(): Promise<void> {
  try {
    const config = readConfig();
    const log = openLog(config.LOG_LEVEL);
    const editorial = loadEditorial(config.TIME_ZONE);
    const [fault] = faultsIn(editorial, inputsOf(actions));
    if (fault) throw new WrongSetting(`${showFault(fault)} (npm run check shows all)`);
    for (const name of ['DEFAULT_LANGUAGE', 'DESK_LANGUAGE'] as const) {
      const known = editorial.voice.languages.map(({ code }) => code);
      if (!known.includes(config[name])) {
        throw new WrongSetting(
          `The setting ${name} is wrong (it is "${config[name]}"). It may be ${known.join(', ')}.`,
        );
      }
    }
    const database = await openDatabase({
      dataDir: config.DATA_DIR,
      databaseUrl: config.DATABASE_URL,
      world,
      log,
    });
    await run(config, log, editorial, database);
  } catch (error) {
    // One line for who runs it; anything else is a fault of ours, and its stack is wanted.
    if (error instanceof WrongSetting || error instanceof CannotOpen) console.error(error.message);
    else console.error(error);
    process.exit(1);
  }
}

async function run(config: Config, log: Log, editorial: Editorial, database: Database): Promise<void> {
  const channels = openChannels(config, { world, log, database, voice: editorial.voice });
  const house = openHouse({
    database,
    world,
    log,
    editorial,
    channels,
    settings: {
      emergencyNumber: config.EMERGENCY_NUMBER,
      fireNumber: config.FIRE_NUMBER,
      deskLanguage: config.DESK_LANGUAGE,
      defaultLanguage: config.DEFAULT_LANGUAGE,
      digest: digestSchedule(config),
      digestApproval: config.DIGEST_APPROVAL,
    },
  });
  for (const channel of channels.filter(isProvableChannel)) await prove(channel);
  await house.prepare();
  // Which port was free is known when the server listens, and not before.
  let port: number | undefined;
  const server = await openServer({
    port: config.PORT,
    ...(config.HOST && { host: config.HOST }),
    channels: channels.filter(isWebhookChannel),
    health: () => rows(database.tx, sql`select 1`),
    metrics: () => metricsOf(database),
    openData: openData(database.tx, () => publisherOf(config, editorial.city, port)),
    publicUrl: config.PUBLIC_URL,
    log,
  }).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new WrongSetting(
      `The setting PORT is wrong: nothing can listen on ${config.PORT} (${code}). It may be another port, 0 for any free one.`,
    );
  });
  port = server.port;
  await house.start();
  const control = config.DATABASE_URL
    ? undefined
    : await serveControl(controlPath(config.DATA_DIR), (asked, progress) =>
        tellCommand(asked, { database, editorial, progress }),
      ).catch((error: unknown) => {
        log.warn('commands cannot reach this process', errorFacts(error));
        return undefined;
      });
  const hourly = cron.schedule(
    '17 * * * *',
    () => {
      house.remind().catch((error: unknown) => log.warn('the hourly look failed', errorFacts(error)));
    },
    { timezone: config.TIME_ZONE, noOverlap: true },
  );
  const digest = (): Promise<void> =>
    house.digest().catch((error: unknown) => log.warn('the digest waits', errorFacts(error)));
  const editions = cron.schedule(EDITION_LOOKS, digest, { timezone: config.TIME_ZONE, noOverlap: true });
  const knocks = cron.schedule(
    '* * * * *',
    () => house.knock().catch((error: unknown) => log.warn('nobody was asked', errorFacts(error))),
    { timezone: config.TIME_ZONE, noOverlap: true },
  );
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), STOP_SECONDS_MAX * 1000).unref();
    await hourly.stop();
    await editions.stop();
    await knocks.stop();
    await control?.close();
    await server.close();
    await house.stop();
    await database.close();
    process.exit(0);
  };
  // Heard before anything is said: who reads that Kasa is ready may stop it at once.
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  // An edition that was missed while nobody ran goes out now, or is said to be skipped.
  void digest();
  for (const channel of channels.filter(isCommandsChannel)) announce(channel, editorial, log);
  tell(config, server.port);
}

function digestSchedule(config: Config): Schedule | undefined {
  const { DIGEST_DAY: weekday, DIGEST_HOUR: openHour, QUIET_HOURS: quiet, TIME_ZONE: timeZone } = config;
  return weekday === undefined ? undefined : { weekday, openHour, quiet, timeZone };
}

/** The network's own menu of commands. Without it everything works, so a failure is only logged. */
function announce(channel: Channel, { voice }: Editorial, log: Log): void {
  if (!isCommandsChannel(channel)) return;
  const lists = Object.fromEntries(
    voice.languages.map(({ code }) => [
      code,
      SHOWN_COMMANDS.map((command) => ({
        command,
        description: voice.list(code, `commands.${command}`)[0] ?? command,
      })),
    ]),
  );
  channel.announceCommands(lists).catch((error: unknown) => {
    log.warn('commands could not be announced', {
      channel: channel.name,
      kind: error instanceof SendError ? error.kind : 'unknown',
    });
  });
}

/** Said once, on standard output, to whoever started it. */
function tell(config: Config, port: number): void {
  const here = config.PUBLIC_URL ?? `http://localhost:${port}`;
  const lines = [
    `Kasa is ready (${Math.round(performance.now())} ms).`,
    ...networks.map((network) => `  ${network.told(config, here)}`),
    `  Open data  on   ${here}${PACKAGE_PATH}`,
    `  Database        ${config.DATABASE_URL ? 'Postgres server' : `embedded, in ${config.DATA_DIR} (one process; set DATABASE_URL for a server)`}`,
    '  Open a desk     npm run kasa -- operator invite --department works',
    '                  then send "/desk CODE" in the group of that department',
  ];
  console.log(lines.join('\n'));
}
