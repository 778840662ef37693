/** Which networks carry a letter that nobody asked for at this moment. Data of the channel, read as a rule. */
import type { Channel, Limits } from '../../channels/channel.ts';

/** Where letters go by themselves only so many hours after the last of the person: `freeReplyHours`; null: always. */
export type ChannelRule = {
  name: string;
  carries: boolean;
  freeReplyHours: number | null;
};

export const ruleOf = ({ name, limits }: Pick<Channel, 'name' | 'limits'>): ChannelRule => ({
  name,
  carries: carriesBroadcasts(limits),
  freeReplyHours: limits.freeReplyHours ?? null,
});

const carriesBroadcasts = (limits: Limits): boolean => limits.broadcasts !== false;
