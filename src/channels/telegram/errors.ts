import { GrammyError, HttpError } from 'grammy';
import { SendError } from '../channel.ts';
import { NEVER_CONNECTED } from '../line.ts';

/** When Telegram says "too many requests" without saying for how long. */
const RETRY_AFTER_DEFAULT_SECONDS = 5;
const COMPLAINT_LENGTH_MAX = 80;

/** The chat or the person is gone for good (tdlib/telegram-bot-api, Client.cpp). */
const GONE =
  /chat not found|user not found|PEER_ID_INVALID|chat was deactivated|user is deactivated|chat was deleted/i;
const TOPIC_LOST = /message thread not found|TOPIC_(DELETED|CLOSED|ID_INVALID)/i;

/**
 * Telegram's complaint → what the pump can act on. Never passes the original on as a cause: it holds the letter's
 * text (GrammyError.payload) or the token (the address in a network error).
 */
export function toSendError(error: unknown, method: string): SendError {
  if (error instanceof SendError) return error;
  if (error instanceof GrammyError) return ofAnswer(error, error.method);
  if (error instanceof HttpError) return ofLine(error.error, method);
  return new SendError('rejected', `Telegram ${method}: not sent, a fault of our own`);
}

/** An edit that changes nothing, or a mark that is there already, is what we wanted. */
export const isAlreadySo = (error: unknown): boolean =>
  error instanceof GrammyError && /message is not modified|MESSAGE_NOT_MODIFIED/i.test(error.description);

/** The letter turned out to be of the other kind: words under a photo, or words alone. */
export const isOtherKind = (error: unknown): boolean =>
  error instanceof GrammyError &&
  /there is no (text|caption) in the message to edit/i.test(error.description);

function ofAnswer(error: GrammyError, method: string): SendError {
  const { error_code: code, description, parameters } = error;
  const words = `Telegram ${method}: ${code} ${withoutWords(description)}`;
  if (code === 429) {
    return new SendError('throttled', words, {
      retryAfterSeconds: parameters.retry_after ?? RETRY_AFTER_DEFAULT_SECONDS,
    });
  }
  if (parameters.migrate_to_chat_id !== undefined) {
    return new SendError('rejected', words, { movedTo: `telegram:${parameters.migrate_to_chat_id}` });
  }
  if (code >= 500) return new SendError('unreachable', words);
  if (code === 401 || code === 404 || code === 409) return new SendError('misconfigured', words);
  if (code === 403 || GONE.test(description)) return new SendError('blocked', words);
  if (TOPIC_LOST.test(description)) return new SendError('topicLost', words);
  return new SendError('rejected', words);
}

function ofLine(error: unknown, method: string): SendError {
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  // ETIMEDOUT stands for a connection that never came about, and for one that fell silent later.
  const silent = error instanceof Error && /reason: (read|write) /.test(error.message);
  const unsent = code !== undefined && NEVER_CONNECTED.has(code) && !silent;
  const words = `Telegram ${method}: no answer (${code ?? 'cut or timed out'})`;
  return new SendError(unsent ? 'unreachable' : 'unknown', words);
}

/** Some descriptions repeat what was sent, always behind a quote; numbers may be ids. */
const withoutWords = (description: string): string =>
  description
    .replace(/(?<=\s)["'“«].*$/su, '…')
    .replace(/\d+/g, '#')
    .slice(0, COMPLAINT_LENGTH_MAX);
