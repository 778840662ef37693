/** What came too early is kept for the question that will ask for it. */
import type { Json } from './content.ts';
import type { Frame, Reply } from './conversation.ts';
import { type Ask, type Flow, type Given, isAsk } from './flow.ts';
import { filesOf, PHOTOS_PER_ANSWER_MAX } from './hear.ts';

/** `rest` is the letter without what was kept; `words` name at `common.<words>` what to say about it. */
export type Kept = { rest: Reply; words?: string };

export function keepForLater(flow: Flow, frame: Frame, step: Ask, reply: Reply): Kept {
  if (step.ask === 'anything' || step.ask === 'operator') return { rest: reply };
  let rest = reply;
  let words: string | undefined;
  const photos = filesOf(reply, 'photo');
  if (photos.length > 0 && step.ask !== 'photos') {
    const later = find(flow, 'photos');
    if (later) {
      const before = (frame.values[later.id] ?? {}) as Given;
      const most = later.step.most ?? PHOTOS_PER_ANSWER_MAX;
      const all = [...(before.photos ?? []), ...photos];
      const kept = all.slice(0, most);
      frame.values = { ...frame.values, [later.id]: { ...before, photos: kept } as Json };
      const taken = reply.media?.find((media) => media.taken)?.taken;
      if (taken) frame.values = { ...frame.values, taken: taken as Json };
      words = all.length > most ? 'photosFull' : 'photoKept';
    } else {
      words = 'photoNotNow';
    }
    rest = { ...rest, media: (rest.media ?? []).filter((media) => media.kind !== 'photo') };
  }
  if (reply.location && step.ask !== 'location') {
    const later = find(flow, 'location');
    const before = later && (frame.values[later.id] as Given | undefined)?.location;
    // A pin says it better than a name, until the place has been looked up.
    const open = later && isBefore(flow, frame.step, later.id);
    if (open) {
      const named = { ...reply.location, ...(before?.name && !reply.location.name && { name: before.name }) };
      frame.values = { ...frame.values, [later.id]: { location: named } as Json };
    }
    words ??= open ? 'placeKept' : 'placeNotNow';
    const { location: _kept, ...without } = rest;
    rest = without;
  }
  const voices = filesOf(reply, 'voice');
  if (voices.length > 0 && step.ask !== 'text' && step.ask !== 'photos') {
    const later = find(flow, 'text');
    if (later && frame.values[later.id] === undefined) {
      frame.values = { ...frame.values, [later.id]: { voices } as Json };
      words ??= 'voiceKept';
    }
  }
  return { rest, ...(words !== undefined && { words }) };
}

function find(flow: Flow, kind: Ask['ask']): { id: string; step: Ask } | undefined {
  for (const [id, step] of Object.entries(flow.steps))
    if (isAsk(step) && step.ask === kind) return { id, step };
  return undefined;
}

function isBefore(flow: Flow, step: string, later: string): boolean {
  const ids = Object.keys(flow.steps);
  return ids.indexOf(step) < ids.indexOf(later);
}
