/**
 * The parts put together: letters come in, turns are taken, letters go out. What is outside (database, clock, channels)
 * is handed in, so that the same house stands on a server, in a terminal, in a test and in a simulated world.
 */

import type { ActionSettings } from './actions/action.ts';
import { actions } from './actions.ts';
import { ruleOf } from './broadcasts/digest/carried.ts';
import { runEdition } from './broadcasts/digest/edition.ts';
import { promiseTitles } from './broadcasts/digest/promise.ts';
import { knock } from './broadcasts/knock.ts';
import { type Channel, isMediaChannel, isPairedChannel } from './channels/channel.ts';
import { loadPlaces } from './civic/places.ts';
import { loadPlan } from './civic/plan/load.ts';
import { tellFollowers } from './civic/projects/news.ts';
import { loadProjects } from './civic/projects/store.ts';
import type { Editorial } from './content.ts';
import { type Fetcher, openFetcher } from './conversations/fetch.ts';
import { openReceiver, type Receiver } from './conversations/receive.ts';
import type { Turning } from './conversations/turn.ts';
import { openTurner, type Turner } from './conversations/turner.ts';
import type { Database } from './database/database.ts';
import { type Carrier, carryChannel } from './delivery/carry.ts';
import { heedOutcomes } from './delivery/outcomes.ts';
import { openPump, type Pump } from './delivery/pump.ts';
import { dropWaiting } from './delivery/window.ts';
import { FALLBACK } from './language/voice.ts';
import type { Log } from './log.ts';
import { type Announcer, openAnnouncer } from './operators/announce/keep.ts';
import { watchPairing } from './operators/pairing.ts';
import { remind } from './operators/remind.ts';
import { adoptStragglers } from './people/linked.ts';
import type { World } from './world.ts';

export type HouseOptions = {
  database: Database;
  world: World;
  log: Log;
  editorial: Editorial;
  settings: Omit<ActionSettings, 'broadcastChannels' | 'windowHours' | 'pairedChannels'> & {
    defaultLanguage: string;
    /** The front desk sees each digest first, and sends or holds it. */
    digestApproval?: boolean;
  };
  channels: Channel[];
};

export type House = {
  receiver: Receiver;
  turning: Turning;
  turner: Turner;
  fetcher: Fetcher;
  announcer: Announcer;
  carriers: ReadonlyMap<string, Carrier>;
  /** Loads the city's places, its action plans and its projects. */
  prepare(): Promise<void>;
  /** A pump for a channel that nobody carries: for one who moves the letters by hand. */
  pumpFor(channel: Channel): Pump;
  /** Does what a day brings: asks after long silence, empties what must not be kept. Safe to repeat. */
  remind(): Promise<void>;
  /** Opens the week's digest when its day has come, and writes to those whose hour has come. Safe to repeat. */
  digest(): Promise<void>;
  /** Asks those whose network lets nothing else through whether what waits may come. Safe to repeat. */
  knock(): Promise<void>;
  /** Hears from now on what paired networks do: for one who moves the letters by hand; `start` does it too. */
  listenToPairing(): void;
  /** Resolves when what they did so far is written down. */
  pairingWritten(): Promise<void>;
  /** Begins to listen, turn and send. */
  start(): Promise<void>;
  /** Stops listening first, then finishes what is in hand. */
  stop(): Promise<void>;
};

export function openHouse(options: HouseOptions): House {
  const { database, world, log, editorial, settings, channels } = options;
  const carriers = new Map<string, Carrier>();
  const broadcastChannels = channels.flatMap(({ name, limits }) =>
    limits.broadcasts === false ? [] : [name],
  );
  const windowHours = Object.fromEntries(
    channels.flatMap(({ name, limits }) =>
      limits.freeReplyHours === undefined ? [] : [[name, limits.freeReplyHours]],
    ),
  );
  heedOutcomes(channels, { database, world, log }, () => poke());
  const around = {
    city: editorial.city,
    voice: editorial.voice,
    settings: {
      ...settings,
      broadcastChannels,
      windowHours,
      wordChannels:
        settings.wordChannels ?? namesOf(channels.filter(({ limits }) => limits.choicesMax === 0)),
      pairedChannels: namesOf(channels.filter(isPairedChannel)),
    },
  };
  const announcer = openAnnouncer({ database, world, log, around, begun: () => poke() });
  const poke = () => {
    for (const carrier of carriers.values()) carrier.poke();
  };
  const pairing = watchPairing({ database, world, log, around, posted: () => poke() });
  const turning: Turning = {
    database,
    world,
    book: editorial.book,
    actions,
    around,
    reserve: (channel, most) => carriers.get(channel)?.reserve(most),
  };
  const turner = openTurner(turning, log, poke);
  const fetcher = openFetcher({
    database,
    channels: new Map(channels.filter(isMediaChannel).map((channel) => [channel.name, channel])),
    world,
    log,
    onDue: () => turner.poke(),
  });
  const languages = new Set(editorial.voice.languages.map(({ code }) => code));
  const receiver = openReceiver({
    database,
    world,
    languageOf: (hint) => {
      const code = hint?.slice(0, 2).toLowerCase() ?? '';
      return languages.has(code)
        ? code
        : languages.has(settings.defaultLanguage)
          ? settings.defaultLanguage
          : FALLBACK;
    },
    stored: () => {
      turner.poke();
      fetcher.poke();
    },
  });
  const listenToPairing = (): void => {
    for (const channel of channels.filter(isPairedChannel))
      channel.onPairing((state) => pairing.changed(channel.name, state));
  };
  let running: Promise<unknown> = Promise.resolve();
  return {
    receiver,
    turning,
    turner,
    fetcher,
    carriers,
    announcer,
    listenToPairing,
    pairingWritten: () => pairing.settled(),
    prepare: () =>
      database.inTransaction(async (tx) => {
        await loadPlaces(tx, editorial.city.places);
        await loadPlan(tx, editorial.city.plan, world.now());
        const { changeIds } = await loadProjects(tx, editorial.city.projects, world.now());
        await tellFollowers(tx, changeIds, editorial.voice, world.now());
      }),
    pumpFor: (channel) => openPump(channel, { database, world, log }),
    async remind() {
      await remind(database, world.now());
      await dropWaiting(database.tx, world.now());
      await pairing.look();
      if ((await adoptStragglers(database, world.now())) > 0) turner.poke();
    },
    digest: () =>
      runEdition(
        {
          database,
          log,
          city: editorial.city,
          voice: editorial.voice,
          deskLanguage: settings.deskLanguage,
          promiseTitle: promiseTitles(editorial.city),
          schedule: settings.digest,
          approval: settings.digestApproval ?? false,
          channels: channels.map(ruleOf),
        },
        world.now(),
      ),
    async knock() {
      const knocking = { voice: editorial.voice, assembly: editorial.city.assembly.name };
      for (const channel of channels.filter(({ limits }) => limits.templates)) {
        const asked = await database.inTransaction((tx) => knock(tx, channel, knocking, world.now()));
        if (asked > 0) poke();
      }
    },
    async start() {
      running = Promise.all([turner.run(), fetcher.run(), announcer.run()]);
      listenToPairing();
      for (const channel of channels) {
        const receive = (messages: Parameters<Receiver['receive']>[0]) => receiver.receive(messages);
        carriers.set(channel.name, carryChannel(channel, { database, receive, world, log }));
      }
    },
    async stop() {
      await Promise.all([fetcher.stop(), turner.stop(), announcer.stop()]);
      await running;
      await Promise.all([...carriers.values()].map((carrier) => carrier.stop()));
      await pairing.stop();
    },
  };
}

const namesOf = (channels: readonly Channel[]): string[] => channels.map(({ name }) => name);
