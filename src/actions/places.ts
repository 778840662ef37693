import { z } from 'zod';
import {
  digitalAddressIn,
  type KnownPlace,
  metresBetween,
  nearestPlaces,
  otherAssembly,
  placeById,
  searchPlaces,
} from '../civic/places.ts';
import type { Json, Point } from '../engine/content.ts';
import { type Action, type Around, action, type Call } from './action.ts';
import { given, point } from './inputs.ts';

const findInput = z.object({
  place: given.nullable().optional(),
  which: z.string().nullable().optional(),
  taken: point.nullable().optional(),
  fromPhoto: z.string().nullable().optional(),
});

type Find = z.infer<typeof findInput>;

/**
 * outcome: `known` (nothing to say back), `found` (say the name back), `several` (matches to choose from),
 * `described` (only words), `far` (a pin far outside), `other` (another assembly's).
 */
type Found = {
  outcome: string;
  name: string;
  latitude: number | null;
  longitude: number | null;
  assembly: string | null;
  distance?: number;
  matches?: Json[];
};

const PLACE_LETTERS_MAX = 200;
/** So many words beside a place's name say more than where it is. */
const DESCRIBING_WORDS_MIN = 3;

export const placeActions: Record<string, Action> = {
  'places.find': action(findInput, async (calls, around) => {
    const pins = calls.map(({ input }) => pinOf(input));
    const asked = pins.flatMap((pin) => pin ?? []);
    const near = asked.length > 0 ? await nearestPlaces(around.tx, asked) : [];
    const outcomes: Json[] = [];
    let next = 0;
    for (const [at, call] of calls.entries()) {
      const pin = pins[at];
      outcomes.push((pin ? ofPin(pin, near[next++] ?? null, around) : await ofWords(call, around)) as Json);
    }
    return outcomes;
  }),
};

function pinOf(input: Find): (Point & { name?: string | undefined }) | undefined {
  if (input.place?.location) return input.place.location;
  if (input.taken && (input.fromPhoto === 'yes' || !input.place)) return input.taken;
  return undefined;
}

function ofPin(pin: Point & { name?: string | undefined }, near: KnownPlace | null, { city }: Around): Found {
  const place = { latitude: pin.latitude, longitude: pin.longitude };
  const name = pin.name || (near ? near.name : `${pin.latitude.toFixed(5)}, ${pin.longitude.toFixed(5)}`);
  const distance = metresBetween(pin, city.assembly.centre);
  if (distance > city.assembly.farKm * 1000) {
    return { outcome: 'far', name, ...place, assembly: null, distance: Math.round(distance) };
  }
  const assembly = otherAssembly(city, near);
  if (assembly) return { outcome: 'other', name, ...place, assembly };
  return { outcome: pin.name ? 'known' : 'found', name, ...place, assembly: null };
}

async function ofWords({ input, person }: Call<Find>, { tx, city, voice }: Around): Promise<Found> {
  const text = (input.place?.text ?? '').trim().slice(0, PLACE_LETTERS_MAX);
  const words: Found = { outcome: 'described', name: text, latitude: null, longitude: null, assembly: null };
  if (input.which === 'none') return words;
  if (input.which) {
    const chosen = await placeById(tx, Number(input.which));
    return chosen ? ofPlace(chosen, city, 'known', text) : words;
  }
  const code = digitalAddressIn(text);
  if (code) return { ...words, name: text.toUpperCase() === code ? code : `${text} (${code})` };
  const search = await searchPlaces(tx, text);
  if (search.sure) return ofPlace(search.place, city, 'found', text);
  if (search.matches.length === 0) return words;
  const matches = search.matches.map((place) => ({
    id: String(place.id),
    label: place.name,
    ...(place.sub_metro && { detail: place.sub_metro }),
  }));
  const none = { id: 'none', label: voice.say(person.language, 'report.which.none') };
  return { ...words, outcome: 'several', matches: [...matches, none] };
}

/** A long description keeps its words beside the place that was found in it. */
function ofPlace(place: KnownPlace, city: Around['city'], outcome: string, typed = ''): Found {
  const assembly = otherAssembly(city, place);
  const more = typed.split(/\s+/).length > place.name.split(' ').length + DESCRIBING_WORDS_MIN;
  return {
    outcome: assembly ? 'other' : outcome,
    name: more ? `${place.name} (${typed})` : place.name,
    latitude: place.latitude,
    longitude: place.longitude,
    assembly: assembly ?? null,
  };
}
