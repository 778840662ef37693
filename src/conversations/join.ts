import type { Content } from '../engine/content.ts';

/**
 * One turn, one letter: everything said in a turn as one content. Only the last question can be answered, so only its
 * choices are shown.
 */
export function joinContents(says: Content[]): Content | undefined {
  if (says.length <= 1) return says[0];
  const asking = says.at(-1);
  const media = says.flatMap((content) => content.media ?? []);
  const inPrivate = says.findLast((content) => content.inPrivate)?.inPrivate;
  const place = says.findLast((content) => content.place)?.place;
  return {
    text: says.flatMap((content) => content.text || []).join('\n\n'),
    ...(asking?.choices && { choices: asking.choices }),
    ...(media.length > 0 && { media }),
    ...(asking?.wants && { wants: asking.wants }),
    ...(asking?.wantsLabel && { wantsLabel: asking.wantsLabel }),
    ...(place && { place }),
    ...(inPrivate && { inPrivate }),
    ...(says.some((content) => content.once) && { once: true as const }),
  };
}
