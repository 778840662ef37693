/**
 * Meta's complaint → what the pump can act on. Told apart by code alone, since titles change. Source of the codes:
 * developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes. What a SendError says holds
 * numbers of Meta's only: details may repeat what a person wrote, or their number.
 */
import { SendError, type SendErrorKind } from '../channel.ts';
import { NEVER_CONNECTED } from '../line.ts';

/** An answer that says "no". `code` is undefined when it was none of Meta's (a gateway's page). */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly status: number;
  readonly code: number | undefined;
  readonly subcode: number | undefined;

  constructor(status: number, code?: number, subcode?: number) {
    super(`${status} ${code ?? 'no code'}${subcode === undefined ? '' : `/${subcode}`}`);
    this.status = status;
    this.code = code;
    this.subcode = subcode;
  }
}

type Ruling = { kind: SendErrorKind; retryAfterSeconds?: number };

const DAY_SECONDS = 86_400;
/** More letters a second than the number bears: the next second bears them again. */
const TOO_FAST: Ruling = { kind: 'throttled', retryAfterSeconds: 2 };
/** More calls an hour than the account bears. */
const TOO_MANY_CALLS: Ruling = { kind: 'throttled', retryAfterSeconds: 60 };
/** People reported us as spam; going on would make it worse. */
const SPAM: Ruling = { kind: 'throttled', retryAfterSeconds: 3600 };
/** Too many letters to one person, who alone must wait: 'throttled' would stop everybody. Five letters' worth. */
const PAIR: Ruling = { kind: 'unreachable', retryAfterSeconds: 30 };
/** Meta spares this person letters for now. Tried again before, it counts against us. */
const SPARED: Ruling = { kind: 'unreachable', retryAfterSeconds: DAY_SECONDS };

const RULINGS: readonly (readonly [Ruling, readonly number[]])[] = [
  [{ kind: 'unreachable' }, [1, 2, 131000, 131016, 131053, 131057, 133004]],
  [TOO_FAST, [130429]],
  [TOO_MANY_CALLS, [4, 80007]],
  [SPAM, [131048]],
  [PAIR, [131056]],
  [SPARED, [131049, 130472]],
  [{ kind: 'windowShut' }, [131047]],
  [{ kind: 'blocked' }, [131026, 131021]],
  [{ kind: 'optedOut' }, [131050]],
  // 0 is what 190 was called before.
  [{ kind: 'misconfigured' }, [0, 190, 10, 3, 33, 368, 130497, 131031, 131042, 131045]],
  [{ kind: 'rejected' }, [100, 131008, 131009, 131051, 131052, 131062]],
  [{ kind: 'rejected' }, [132000, 132001, 132005, 132007, 132012, 132015, 132016]],
];

const RULING_OF = new Map(RULINGS.flatMap(([ruling, codes]) => codes.map((code) => [code, ruling] as const)));

/** What a code means, in an answer or in a status. One that is not known is a fault of ours: nothing is tried again. */
export function rule(code: number): Ruling {
  if (code >= 200 && code <= 299) return { kind: 'misconfigured' };
  return RULING_OF.get(code) ?? { kind: 'rejected' };
}

export function ofCode(code: number | undefined, where: string): SendError {
  if (code === undefined) return new SendError('rejected', `WhatsApp ${where}: failed without a code`);
  const { kind, retryAfterSeconds } = rule(code);
  return new SendError(kind, `WhatsApp ${where}: code ${code}`, {
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

/** The template itself is at fault: no letter of its kind goes before somebody mends it at Meta. */
export const isTemplateFault = (code: number): boolean => code >= 132000 && code <= 132099;

/** "No such thing, or not for you": our number's id is wrong, or the token may not speak for it. */
export const isUnknownNumber = (error: unknown): boolean =>
  error instanceof GraphError && error.code === 100 && error.subcode === 33;

/** Never passes the original on as a cause: a cause may hold the address with its ids. */
export function toSendError(error: unknown, where: string): SendError {
  if (error instanceof SendError) return error;
  if (!(error instanceof GraphError)) return ofLine(error, where);
  if (isUnknownNumber(error)) return new SendError('misconfigured', `WhatsApp ${where}: code 100/33`);
  if (error.code !== undefined) return ofCode(error.code, where);
  const words = `WhatsApp ${where}: status ${error.status}`;
  if (error.status === 401 || error.status === 403) return new SendError('misconfigured', words);
  if (error.status === 429) return new SendError('throttled', words, { retryAfterSeconds: 60 });
  // Something between us and Meta answered: nobody knows whether Meta has the letter.
  return new SendError(error.status >= 500 ? 'unknown' : 'rejected', words);
}

function ofLine(error: unknown, where: string): SendError {
  const code = codeIn(error) ?? codeIn(error instanceof Error ? error.cause : undefined);
  const unsent = code !== undefined && NEVER_CONNECTED.has(code);
  const words = `WhatsApp ${where}: no answer (${code ?? 'cut or timed out'})`;
  return new SendError(unsent ? 'unreachable' : 'unknown', words);
}

function codeIn(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && /^[A-Z_]+$/.test(error.code) ? error.code : undefined;
}
