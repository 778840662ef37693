import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import express, {
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import type { Log } from '../../log.ts';
import { type Intake, storeFailed } from './intake.ts';

/** Meta posts up to 3 MB. */
export const BODY_BYTES_MAX = 3.5 * 1024 * 1024;
/** What Meta sends is a number. */
const CHALLENGE_LENGTH_MAX = 200;
/** A wrong signature is told so often at most: anybody can send one. */
const TELL_SECONDS = 60;

type Secrets = { appSecret: string; verifyToken: string };

/**
 * GET /webhook, by which Meta asks whether the address is ours, and POST /webhook, with up to a thousand things in one.
 * 200 says that all of it is stored; anything else makes Meta bring it again, ever more rarely, for about a week.
 */
export function openWebhook(
  { appSecret, verifyToken }: Secrets,
  intake: () => Intake | undefined,
  log: Log,
  now: () => Date,
): Router {
  const routes = express.Router();
  let toldMs = Number.NEGATIVE_INFINITY;
  routes.get('/webhook', shakeHands(verifyToken));
  routes.post(
    '/webhook',
    needSignature,
    // Signed is what came over the line, byte by byte, so it is read before it is understood.
    express.raw({ type: () => true, limit: BODY_BYTES_MAX, inflate: false }),
    checkSignature,
    take,
    unreadable,
  );
  return routes;

  /** Before the body is looked at. */
  function needSignature(request: Request, response: Response, next: NextFunction): void {
    if (typeof request.headers['x-hub-signature-256'] === 'string') next();
    else response.set('connection', 'close').sendStatus(401);
  }

  function checkSignature(request: Request, response: Response, next: NextFunction): void {
    const given = String(request.headers['x-hub-signature-256']);
    if (isSame(given, signature(appSecret, bodyOf(request)))) {
      next();
      return;
    }
    const nowMs = now().getTime();
    if (nowMs - toldMs >= TELL_SECONDS * 1000) {
      toldMs = nowMs;
      log.warn('whatsapp: a post was not signed with our secret; is WHATSAPP_CLOUD_APP_SECRET right?');
    }
    response.set('connection', 'close').sendStatus(403);
  }

  function take(request: Request, response: Response): void {
    const open = intake();
    if (!open) {
      response.sendStatus(503);
      return;
    }
    let payload: unknown;
    try {
      payload = JSON.parse(bodyOf(request).toString('utf8'));
    } catch {
      // It is Meta's and no JSON: coming again would not mend it.
      log.error('whatsapp: something could not be read', { type: 'body' });
      response.sendStatus(200);
      return;
    }
    open.take(payload).then(
      () => response.sendStatus(200),
      (error) => {
        storeFailed(log, error);
        response.sendStatus(503);
      },
    );
  }

  /** Far too long, compressed or cut: the sign of somebody else, since Meta does none of these. */
  function unreadable(error: unknown, _request: Request, response: Response, _next: NextFunction): void {
    const kind = error instanceof Error && 'type' in error ? String(error.type) : 'body';
    const status = error instanceof Error && 'status' in error ? Number(error.status) : 400;
    log.error('whatsapp: a post could not be taken', { kind });
    response.set('connection', 'close').sendStatus(status >= 400 && status < 500 ? status : 400);
  }
}

/** Meta shows that it knows the word which both were told, and wants its challenge back. */
function shakeHands(verifyToken: string): RequestHandler {
  return (request, response) => {
    const { query } = request;
    const challenge = query['hub.challenge'];
    const given = query['hub.verify_token'];
    const knows =
      query['hub.mode'] === 'subscribe' && typeof given === 'string' && isSame(given, verifyToken);
    if (!knows || typeof challenge !== 'string' || challenge.length > CHALLENGE_LENGTH_MAX) {
      response.sendStatus(403);
      return;
    }
    response.type('text/plain').send(challenge);
  };
}

export const signature = (appSecret: string, body: Uint8Array): string =>
  `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;

const bodyOf = ({ body }: Request): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0));

/** Both sides are hashed, so that neither length nor content shows in the time taken. */
const isSame = (given: string, wanted: string): boolean => timingSafeEqual(hash(given), hash(wanted));

const hash = (words: string): Buffer => createHash('sha256').update(words).digest();
