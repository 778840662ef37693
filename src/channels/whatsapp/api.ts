/** The line to Meta's Graph API. It must not know what is asked over it. */
import { GraphError } from './errors.ts';

/** The version that this was written for. Meta keeps one for about two years; the setting can name a later one. */
export const GRAPH_ROOT = 'https://graph.facebook.com/v25.0';

const REQUEST_SECONDS_MAX = 30;
/** An answer is a few hundred bytes. */
const ANSWER_BYTES_MAX = 1024 * 1024;

/**
 * One request. `body` is sent as JSON, or as a form; without one it is a GET. Rejects with GraphError when Meta said
 * "no", or with what the line said. Never tries again by itself.
 */
export type Graph = (path: string, body?: object | FormData, signal?: AbortSignal) => Promise<unknown>;

/** `apiRoot` has no slash at its end. */
export function openGraph(token: string, apiRoot: string): Graph {
  return async (path, body, signal) => {
    const isForm = body instanceof FormData;
    const late = AbortSignal.timeout(REQUEST_SECONDS_MAX * 1000);
    const response = await fetch(`${apiRoot}/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
    const answer = await readAnswer(response);
    if (response.ok && answer !== undefined) return answer;
    const told = (answer as { error?: { code?: unknown; error_subcode?: unknown } } | undefined)?.error;
    // A page where an answer was expected: nothing is known of what happened behind it.
    const status = response.ok ? 502 : response.status;
    throw new GraphError(status, numberOf(told?.code), numberOf(told?.error_subcode));
  };
}

/** Undefined when it is no JSON object. A cut line rejects. */
async function readAnswer(response: Response): Promise<object | undefined> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > ANSWER_BYTES_MAX) return undefined;
    parts.push(part);
  }
  try {
    const answer: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'));
    return typeof answer === 'object' && answer !== null ? answer : undefined;
  } catch {
    return undefined;
  }
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
