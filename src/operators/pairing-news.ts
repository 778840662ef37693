/** What of a paired network's changes is news for people, and when it was told last. Pure. */
import type { PairingState } from '../channels/channel.ts';

export type PairingNews = 'paired' | 'loggedOut' | 'away' | 'back' | 'full';

/** The same news is told again after so long, if it is still true then. */
export const SAME_NEWS_HOURS_MIN = 1;

/** A state as it is kept in table `pairings`. */
export type KeptPairing = {
  state: PairingState;
  /** When the code to be scanned came, in ms. */
  codeAt?: number;
  /** The newest state but for "starting", which says nothing. */
  last?: PairingState['kind'];
  /** What people were told last, and when each thing was, in ms. */
  said?: PairingNews;
  told: Partial<Record<PairingNews, number>>;
  /** News that came too soon after the same. It is told later, unless it has passed by then. */
  pending?: PairingNews;
};

export type Changed = { kept: KeptPairing; news?: PairingNews };

export function changePairing(before: KeptPairing | undefined, state: PairingState, now: number): Changed {
  const starting = state.kind === 'starting';
  const last = starting ? before?.last : state.kind;
  const kept: KeptPairing = {
    state,
    told: before?.told ?? {},
    ...(state.kind === 'pairing' && { codeAt: now }),
    ...(last && { last }),
    ...(before?.said && { said: before.said }),
  };
  const goesOn = starting || before?.last === state.kind;
  if (goesOn) return { kept: { ...kept, ...(before?.pending && { pending: before.pending }) } };
  const news = newsIn(before, state.kind);
  return news ? tellOrWait(kept, news, now) : { kept };
}

/** News that waited until it might be told. */
export function dueNews(kept: KeptPairing, now: number): Changed | undefined {
  const { pending, ...rest } = kept;
  if (!pending) return undefined;
  const changed = tellOrWait(rest, pending, now);
  return changed.news && changed;
}

function newsIn(before: KeptPairing | undefined, to: PairingState['kind']): PairingNews | undefined {
  const wasPaired = before?.last === 'ready' || before?.last === 'away' || before?.last === 'full';
  switch (to) {
    case 'ready':
      if (!wasPaired) return 'paired';
      return before?.said === 'away' || before?.said === 'full' ? 'back' : undefined;
    case 'loggedOut':
      return 'loggedOut';
    case 'pairing':
      // Asked for anew after it was paired: the phone has let go of us.
      return wasPaired ? 'loggedOut' : undefined;
    case 'away':
    case 'full':
      return to;
    default:
      return undefined;
  }
}

function tellOrWait(kept: KeptPairing, news: PairingNews, now: number): Changed {
  const told = kept.told[news];
  if (told !== undefined && now - told < SAME_NEWS_HOURS_MIN * 3_600_000)
    return { kept: { ...kept, pending: news } };
  return { kept: { ...kept, said: news, told: { ...kept.told, [news]: now } }, news };
}
