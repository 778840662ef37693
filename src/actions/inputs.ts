/** Shapes that several actions take: what the engine leaves in values, read strictly. */
import { z } from 'zod';

export const point = z.object({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
});

/** What an ask of kind text, location, photos or anything leaves. */
export const given = z.object({
  text: z.string().optional(),
  location: point.extend({ name: z.string().optional() }).optional(),
  photos: z.array(z.string()).optional(),
  voices: z.array(z.string()).optional(),
});

/** What places.find says of a place. */
export const found = z.object({
  outcome: z.string(),
  name: z.string(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  assembly: z.string().nullable(),
});

/** A report's number, as a choice id or a value. */
export const reportId = z.coerce.number().int().positive();

export type GivenInput = z.infer<typeof given>;

/** Words of one answer or of several, joined as one text. */
export const DESCRIPTION_LETTERS_MAX = 4000;

export function wordsOf(...parts: (GivenInput | null | undefined)[]): string {
  return parts
    .flatMap((part) => part?.text?.trim() || [])
    .join('\n')
    .slice(0, DESCRIPTION_LETTERS_MAX);
}

export const filesOf = (...parts: (GivenInput | null | undefined)[]): string[] =>
  parts.flatMap((part) => [...(part?.photos ?? []), ...(part?.voices ?? [])]);
