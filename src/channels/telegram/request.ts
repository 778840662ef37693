/** What Telegram is asked for, as data: `write` composes it, `send` fills in the bytes and asks. */

/** `main` marks the one request whose message is the letter from now on: the one with the words and the buttons. */
export type TelegramRequest = { method: string; payload: Record<string, unknown>; main?: boolean };

export type Spot = { chat: string; id: number };

/** Where a letter stands. `<chat>:<message>`, also behind the `e:` and the edit's date of a corrected letter. */
export function spotOf(externalId: string): Spot {
  const found = /^(?:e:)?(-?\d+):(\d+)/.exec(externalId);
  return { chat: found?.[1] ?? '', id: Number(found?.[2]) };
}
