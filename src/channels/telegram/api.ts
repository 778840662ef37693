import { Agent as PlainAgent } from 'node:http';
import { Agent } from 'node:https';
import { Api } from 'grammy';

const REQUEST_TIMEOUT_SECONDS = 60;
/** Shorter than Telegram keeps an idle line, so that a letter is not written into one that is just being closed. */
const IDLE_LINE_SECONDS = 15;

/**
 * One request of the Bot API. Rejects with GrammyError (Telegram answered "no") or HttpError (no answer); `errors.ts`
 * knows what they mean. Never tries again by itself.
 */
export type Call = <Result>(method: string, payload: object, signal?: AbortSignal) => Promise<Result>;

/** `apiRoot` has no slash at its end. */
export function openApi(token: string, apiRoot: string): Call {
  const options = { keepAlive: true, timeout: IDLE_LINE_SECONDS * 1000 };
  const agent = apiRoot.startsWith('https:') ? new Agent(options) : new PlainAgent(options);
  const api = new Api(token, {
    apiRoot,
    timeoutSeconds: REQUEST_TIMEOUT_SECONDS,
    baseFetchConfig: { agent, compress: true },
  });
  // grammY types each of its 200 methods; `write` composes them as data, and the stand-in of the tests checks them.
  const methods = api.raw as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
  return async <Result>(method: string, payload: object, signal?: AbortSignal) => {
    const given = method === 'getMe' ? [signal] : [payload, signal];
    return (await methods[method]?.(...given)) as Result;
  };
}
