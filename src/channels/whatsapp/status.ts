import type { Outcome } from '../channel.ts';
import { ofCode } from './errors.ts';
import { type Status, wanted } from './shapes.ts';

const STATES: Readonly<Record<string, Outcome['status']>> = {
  sent: 'sent',
  delivered: 'arrived',
  read: 'read',
  played: 'read',
  failed: 'failed',
};

/** How a letter of ours fared; undefined when it says nothing of that. Throws when it names no letter. */
export function readStatus(status: Status): Outcome | undefined {
  const state = STATES[status.status ?? ''];
  if (!state) return undefined;
  const { biz_opaque_callback_data: id, pricing } = status;
  const price = pricing?.billable === false ? 'free' : pricing?.category;
  return {
    externalId: wanted(status.id),
    ...(id && { id }),
    status: state,
    ...(state === 'failed' && { error: ofCode(status.errors?.[0]?.code, 'status') }),
    ...(price && { price }),
  };
}
