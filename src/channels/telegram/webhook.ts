import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import express, {
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import { errorFacts, type Log } from '../../log.ts';
import type { Intake } from './intake.ts';

const BODY_MAX = '1mb';

/** A secret that needs no setting of its own and is the same in every process with this token. */
export const secretFrom = (token: string): string =>
  createHmac('sha256', token).update('webhook').digest('hex');

/**
 * POST /webhook, which Telegram calls with one update each. 200 says that it is stored; anything else makes Telegram
 * bring it again for a day, and hold back what the same chat says after it.
 */
export function openWebhook(secret: string, intake: () => Intake | undefined, log: Log): Router {
  const routes = express.Router();
  routes.post(
    '/webhook',
    checkSecret(secret),
    express.json({ limit: BODY_MAX, strict: false }),
    take,
    unreadable,
  );
  return routes;

  function take(request: Request, response: Response): void {
    const open = intake();
    if (!open) {
      response.sendStatus(503);
      return;
    }
    open.take([request.body]).then(
      () => response.sendStatus(200),
      (error) => {
        log.warn('telegram: an update could not be stored, it will come again', errorFacts(error));
        response.sendStatus(503);
      },
    );
  }

  /** It has the secret but is no JSON, or far too long: coming again would not mend it. Express counts the four. */
  function unreadable(error: unknown, _request: Request, response: Response, _next: NextFunction): void {
    const kind = error instanceof Error && 'type' in error ? String(error.type) : 'body';
    log.error('telegram: an update could not be read', { kind });
    response.set('connection', 'close').sendStatus(200);
  }
}

/** Before the body is looked at. Both sides are hashed, so that neither length nor content shows in the time taken. */
function checkSecret(secret: string): RequestHandler {
  const wanted = hash(secret);
  return (request, response, next) => {
    const given = request.headers['x-telegram-bot-api-secret-token'];
    if (typeof given === 'string' && timingSafeEqual(hash(given), wanted)) return next();
    response.set('connection', 'close').sendStatus(401);
  };
}

const hash = (words: string): Buffer => createHash('sha256').update(words).digest();
