/**
 * WhatsApp, through Meta's Cloud API. Carries letters both ways, and tells how they fared; must not know flows, people,
 * desks or the database.
 */
import type { Router } from 'express';
import type { Log } from '../../log.ts';
import type { World } from '../../world.ts';
import {
  type AcceptingChannel,
  type MediaChannel,
  type Outcome,
  type OutcomeChannel,
  type ProvableChannel,
  type Receive,
  SendError,
  type WebhookChannel,
} from '../channel.ts';
import type { Files } from '../files.ts';
import { openGraph } from './api.ts';
import { download } from './download.ts';
import { isUnknownNumber, toSendError } from './errors.ts';
import { type Intake, openIntake } from './intake.ts';
import { limitsOf } from './limits.ts';
import { openSeen } from './seen.ts';
import { openSender } from './send.ts';
import { type TemplateNames, type Templates, templateLimits } from './template.ts';
import { openUploads } from './uploads.ts';
import { openWebhook } from './webhook.ts';

/** Where Meta must call us, behind our public address. */
export const WEBHOOK_PATH = '/channels/whatsapp/webhook';

export type WhatsAppSettings = {
  token: string;
  /** Meta's id of our number, which is not the number. */
  phoneId: string;
  /** Meta signs with it what it posts to us. */
  appSecret: string;
  /** A word that we and Meta were both told, by which Meta knows our address. */
  verifyToken: string;
  /** `https://graph.facebook.com/v25.0`, or a server that stands in for it. */
  apiRoot: string;
  perSecondMax: number;
  templates: TemplateNames;
  templateLanguages: Templates['languages'];
  /** Letters wait so long for a person to write before a template asks them. */
  templateWaitHours: number;
  /** Different people whom our number may address in a day. */
  peoplePerDayMax: number;
  world: World;
  log: Log;
  files: Files;
};

export type WhatsAppChannel = WebhookChannel &
  MediaChannel &
  AcceptingChannel &
  ProvableChannel &
  OutcomeChannel & { readonly routes: Router };

export function openWhatsApp(settings: WhatsAppSettings): WhatsAppChannel {
  const { token, phoneId, world, log } = settings;
  const apiRoot = settings.apiRoot.replace(/\/+$/, '');
  const graph = openGraph(token, apiRoot);
  const seen = openSeen(graph, phoneId);
  const templates = { names: settings.templates, languages: settings.templateLanguages };
  const uploads = openUploads({ graph, phoneId, files: settings.files, world });
  const send = openSender({ graph, phoneId, uploads, templates, log });
  let tell: (outcomes: Outcome[]) => Promise<void> = async () => {};
  let intake: Intake | undefined;
  /** This process takes what Meta brings, whether it carries the channel or not. */
  let isAccepting = false;

  return {
    name: 'whatsapp',
    limits: limitsOf(
      settings.perSecondMax,
      templateLimits(templates, {
        waitHours: settings.templateWaitHours,
        peoplePerDayMax: settings.peoplePerDayMax,
      }),
    ),
    routes: openWebhook(
      settings,
      () => intake,
      log,
      () => world.now(),
    ),
    accept(receive) {
      isAccepting = true;
      open(receive);
    },
    refuse: async () => {
      isAccepting = false;
      await close();
    },
    start: async (receive) => open(receive),
    stop: async () => {
      if (!isAccepting) await close();
    },
    send: async (message) => ({ externalId: await send(message) }),
    download: (media, bytesMax) => download(media, bytesMax, { graph, token, apiRoot }),
    onOutcomes: (given) => {
      tell = given;
    },
    prove,
  };

  function open(receive: Receive): void {
    intake ??= openIntake({ receive, tell: (outcomes) => tell(outcomes), reader: { phoneId }, seen, log });
  }

  async function close(): Promise<void> {
    const was = intake;
    intake = undefined;
    await was?.settle();
    await seen.stop();
  }

  /** 'misconfigured' when the token is refused, 'rejected' when it is good and our number's id is not. */
  async function prove(seconds: number): Promise<void> {
    try {
      await graph(`${phoneId}?fields=id`, undefined, AbortSignal.timeout(seconds * 1000));
    } catch (error) {
      const why = toSendError(error, 'number');
      if (isUnknownNumber(error)) throw new SendError('rejected', why.message);
      if (why.kind === 'misconfigured' || why.kind === 'rejected') throw why;
    }
  }
}
