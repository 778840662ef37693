/** Whether the phone can be used now, and what is told of it. */
import type { World } from '../../world.ts';
import { type PairingState, SendError } from '../channel.ts';
import type { Library, Phone } from './library.ts';

/** A phone that is paired and connected. `me`: ourselves, by all names. */
export type Up = { phone: Phone; library: Library; me: readonly string[] };

export type Status = {
  tellTo(tell: (state: PairingState) => void): void;
  tell(state: PairingState): void;
  becameReady(up: Up): void;
  ended(phone: Phone): void;
  connected(is: boolean): void;
  /** The browser starts again then. */
  waitsUntil(ms: number | undefined): void;
  full(againInSeconds: number): void;
  free(): void;
  /** The paired phone, perhaps without a line at the moment. */
  now(): Up | undefined;
  /** Throws SendError 'unreachable' when there is none that letters can go by. */
  up(): Up;
};

/** @param lookSeconds a line that is away is looked for so often */
export function openStatus(world: Pick<World, 'now'>, lookSeconds: number): Status {
  let tellOutside: (state: PairingState) => void = () => {};
  let paired: Up | undefined;
  let hasLine = false;
  let waitsUntilMs: number | undefined;
  let isFull = false;

  function tell(state: PairingState): void {
    if (state.kind === 'ready') isFull = false;
    tellOutside(state);
  }

  return {
    tellTo: (given) => {
      tellOutside = given;
    },
    tell,
    becameReady: (up) => {
      paired = up;
      hasLine = true;
      tell({ kind: 'ready' });
    },
    ended: (phone) => {
      if (paired?.phone === phone) paired = undefined;
      hasLine = false;
    },
    connected: (is) => {
      if (!paired || is === hasLine) return;
      hasLine = is;
      const away = { kind: 'away', why: 'no connection to WhatsApp', againInSeconds: lookSeconds } as const;
      tell(is ? { kind: 'ready' } : away);
    },
    waitsUntil: (ms) => {
      waitsUntilMs = ms;
    },
    full: (againInSeconds) => {
      if (isFull) return;
      tell({ kind: 'full', againInSeconds });
      isFull = true;
    },
    free: () => {
      if (isFull) tell({ kind: 'ready' });
    },
    now: () => paired,
    up: () => {
      if (paired && hasLine) return paired;
      const inMs = waitsUntilMs === undefined ? undefined : waitsUntilMs - world.now().getTime();
      throw new SendError('unreachable', 'WhatsApp: no phone is paired and connected now', {
        ...(inMs !== undefined && { retryAfterSeconds: Math.max(1, Math.ceil(inMs / 1000)) }),
      });
    },
  };
}
