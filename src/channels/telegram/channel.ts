/**
 * Telegram, through its Bot API. grammY is the transport and nothing more. Carries letters both ways; must not know
 * flows, people, desks or the database.
 */
import type { Router } from 'express';
import { errorFacts, type Log } from '../../log.ts';
import type { World } from '../../world.ts';
import {
  type AcceptingChannel,
  type CommandsChannel,
  type MediaChannel,
  type ProvableChannel,
  type Receive,
  type RoomChannel,
  SendError,
  type TopicChannel,
} from '../channel.ts';
import type { Files } from '../files.ts';
import type { Address } from '../message.ts';
import { shorten } from '../split.ts';
import { openAdministrators } from './administrators.ts';
import { openApi } from './api.ts';
import { commandLists } from './commands.ts';
import { download } from './download.ts';
import { toSendError } from './errors.ts';
import { type Intake, openIntake, UPDATES_WANTED } from './intake.ts';
import { PAID_BROADCASTS, TELEGRAM_LIMITS, TOPIC_TITLE_MAX } from './limits.ts';
import { pauseAfterMs } from './pause.ts';
import { poll } from './poll.ts';
import { openSender } from './send.ts';
import { openWebhook, secretFrom } from './webhook.ts';

export type TelegramSettings = {
  token: string;
  /** `https://api.telegram.org`, or another Bot API server. */
  apiRoot: string;
  /** Where Telegram reaches us; without it we ask Telegram (long polling). */
  publicUrl?: string | undefined;
  webhookSecret?: string | undefined;
  /** Letters to many are paid for, and go faster. */
  paidBroadcasts?: boolean;
  world: World;
  log: Log;
  files: Files;
};

export type TelegramChannel = MediaChannel &
  TopicChannel &
  RoomChannel &
  CommandsChannel &
  ProvableChannel &
  Partial<Pick<AcceptingChannel, 'accept' | 'refuse'>> & {
    /** The bot's name in t.me links; unknown until Telegram has been reached. */
    readonly username: string | undefined;
    /** Only with `publicUrl`. Mounted at `/channels/telegram`. */
    readonly routes?: Router;
  };

export function openTelegram(settings: TelegramSettings): TelegramChannel {
  const { token, publicUrl, world, log } = settings;
  const apiRoot = settings.apiRoot.replace(/\/+$/, '');
  const secret = settings.webhookSecret || secretFrom(token);
  const call = openApi(token, apiRoot);
  let username: string | undefined;
  const administrators = openAdministrators(call, world);
  const send = openSender(call, settings.files, () => username, settings.paidBroadcasts);
  let intake: Intake | undefined;
  let leaving = new AbortController();
  let listening: Promise<void> = Promise.resolve();
  /** Set while this process takes what Telegram brings, whether it carries the channel or not. */
  let accepting: Promise<void> | undefined;
  const closing = new AbortController();

  const channel: TelegramChannel = {
    name: 'telegram',
    limits: settings.paidBroadcasts ? { ...TELEGRAM_LIMITS, broadcasts: PAID_BROADCASTS } : TELEGRAM_LIMITS,
    get username() {
      return username;
    },
    start,
    stop,
    send: async (message) => ({ externalId: await send(message) }),
    download: (media, bytesMax) =>
      download(media, bytesMax, { call, filesRoot: `${apiRoot}/file/bot${token}` }),
    openTopic,
    isRoom: (address) => address.startsWith('telegram:-'),
    announceCommands,
    prove,
  };
  const routes = publicUrl && openWebhook(secret, () => intake, log);
  return routes ? Object.assign(channel, { routes, accept, refuse }) : channel;

  async function prove(seconds: number): Promise<void> {
    try {
      await call('getMe', {}, AbortSignal.timeout(seconds * 1000));
    } catch (error) {
      const why = toSendError(error, 'getMe');
      if (why.kind === 'misconfigured' || why.kind === 'rejected') throw why;
    }
  }

  /** Throws when Telegram does not accept the settings; when it cannot be reached, goes on trying behind. */
  async function start(receive: Receive): Promise<void> {
    leaving = new AbortController();
    const { signal } = leaving;
    const first = await greet().catch((error) => toSendError(error, 'getMe'));
    if (first instanceof SendError && (first.kind === 'misconfigured' || first.kind === 'rejected'))
      throw first;
    const failed = first instanceof SendError ? first : undefined;
    listening = listen(receive, signal, failed).catch((error) =>
      log.error('telegram: stopped listening, a fault of our own', errorFacts(error)),
    );
  }

  /** `failed` is why the first try to reach Telegram did not succeed. */
  async function listen(receive: Receive, signal: AbortSignal, failed: SendError | undefined): Promise<void> {
    for (let failures = 1; failed && !signal.aborted; failures++) {
      if (failures === 1) log.warn('telegram: not reached yet', { why: failed.message });
      await world.sleep(pauseAfterMs(failed, failures, world), signal);
      failed = await greet().then(
        () => undefined,
        (error) => toSendError(error, 'getMe'),
      );
    }
    if (signal.aborted) return;
    intake ??= openIntake(receive, { reader, call, log, administrators });
    const opened = intake;
    if (!publicUrl) await poll({ call, intake: opened, world, log, signal });
  }

  /** Learns our own name, and tells Telegram which way updates come. */
  async function greet(): Promise<void> {
    await learnName();
    if (!publicUrl) return void (await call('deleteWebhook', {}));
    const url = `${publicUrl.replace(/\/+$/, '')}/channels/telegram/webhook`;
    await call('setWebhook', { url, secret_token: secret, allowed_updates: UPDATES_WANTED });
  }

  async function learnName(): Promise<void> {
    const me = await call<{ username: string }>('getMe', {});
    username = me.username;
  }

  /** Our own name is wanted first: by it the commands of a group are told apart. */
  function accept(receive: Receive): void {
    const { signal } = closing;
    const open = async (): Promise<void> => {
      for (let failures = 1; username === undefined && !signal.aborted; failures++) {
        await learnName().catch((error) =>
          world.sleep(pauseAfterMs(toSendError(error, 'getMe'), failures, world), signal),
        );
      }
      if (!signal.aborted) intake ??= openIntake(receive, { reader, call, log, administrators });
    };
    accepting = open();
  }

  async function refuse(): Promise<void> {
    closing.abort();
    await accepting;
    accepting = undefined;
    await close();
  }

  async function stop(): Promise<void> {
    leaving.abort();
    await listening;
    if (!accepting) await close();
  }

  async function close(): Promise<void> {
    const open = intake;
    intake = undefined;
    await open?.settle();
  }

  /** The number before the colon of a token is the bot's own id. */
  function reader() {
    return { id: Number(token.split(':')[0]), username: username ?? '', now: world.now() };
  }

  async function openTopic(room: Address, title: string): Promise<string> {
    const payload = { chat_id: room.slice('telegram:'.length), name: shorten(title, TOPIC_TITLE_MAX) };
    const topic = await complain('createForumTopic', payload);
    return String((topic as { message_thread_id: number }).message_thread_id);
  }

  /** The first language is also what everybody sees whose own language has no list. */
  async function announceCommands(
    commands: Parameters<CommandsChannel['announceCommands']>[0],
  ): Promise<void> {
    for (const list of commandLists(commands)) await complain('setMyCommands', list);
  }

  async function complain(method: string, payload: object): Promise<unknown> {
    return call(method, payload).catch((error) => {
      throw toSendError(error, method);
    });
  }
}
