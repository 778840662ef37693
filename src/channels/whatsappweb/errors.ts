import { SendError } from '../channel.ts';
import { TookTooLong } from './bounded.ts';

/** The browser, its page or the line to it ended while something was asked (puppeteer 24). */
const CLOSED =
  /target closed|session closed|page has been closed|connection closed|browser (has )?disconnected|detached frame|frame (was|got) detached|execution context (was destroyed|is not available)|cannot find context|not attached to an active page|protocol error|navigating frame/i;
/** Nothing was asked any more, so nothing can have been sent. */
const NEVER_ASKED =
  /attempted to use detached frame|session closed|connection closed\.?$|page has been closed/i;
/** WhatsApp knows nobody by this address. */
const NOBODY = /no lid for user|invalid wid|wid error/i;

/** The browser went away; says nothing about what was asked of it. */
export function isClosed(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'TargetCloseError' || CLOSED.test(error.message);
}

/**
 * The library's complaint → what the pump can act on. Never passes the original on as a cause or in words: errors of the
 * page may hold addresses and text.
 */
export function toSendError(error: unknown, doing: string): SendError {
  if (error instanceof SendError) return error;
  const words = error instanceof Error ? error.message : String(error);
  if (NOBODY.test(words)) return new SendError('blocked', `WhatsApp ${doing}: nobody has this address`);
  if (error instanceof TookTooLong) return new SendError('unknown', `WhatsApp ${doing}: no answer in time`);
  if (isClosed(error)) {
    const kind = NEVER_ASKED.test(words) ? 'unreachable' : 'unknown';
    return new SendError(kind, `WhatsApp ${doing}: the browser went away`);
  }
  return new SendError('rejected', `WhatsApp ${doing}: refused`);
}
