/** What flows ask of projects: which are meant, which are near, one of them in plain words, who follows and who saw. */
import { z } from 'zod';
import { searchPlaces } from '../civic/places.ts';
import {
  MEANT_MIN,
  NAMED_MAX,
  papersOf,
  projectsById,
  projectsNamed,
  projectsNear,
  sectorsOf,
} from '../civic/projects/find.ts';
import { observe, observedAt, photosOf } from '../civic/projects/observe.ts';
import { seenProjects } from '../civic/projects/seen.ts';
import type { Json } from '../engine/content.ts';
import { nearly, plain } from '../engine/plain.ts';
import { follow, unfollow } from '../people/follow.ts';
import { type Action, type Around, action, actionEach, type Call, Refusal } from './action.ts';
import { given, point } from './inputs.ts';
import { composeProject, distanceWord, shortTitle } from './project-card.ts';

/** Projects that one letter lists. */
export const LISTED_MAX = 5;
const SECTORS_MAX = 9;
const PAPERS_MAX = 5;
const PHOTOS_MAX = 3;
const LEAD_MIN = 0.15;
const PLACE_LETTERS_MAX = 200;

const projectId = z.coerce.number().int().positive();
const filters = z.object({
  state: z.string().nullable(),
  sector: z.string().nullable(),
  km: z.number().nullable(),
});
/** What projects.find leaves. */
const found = z.looseObject({
  outcome: z.string(),
  name: z.string(),
  point: point.nullable(),
  project: projectId.nullable(),
});
/** What projects.list leaves. */
const listed = z.looseObject({ next: z.number().int().nullable(), filters, ids: z.array(projectId) });

const findInput = z.object({ where: given.nullable(), which: z.string().nullable().optional() });
const listInput = z.object({
  found,
  before: listed.nullable(),
  filter: z.string().nullable(),
  sector: z.string().nullable(),
});
const cardInput = z.object({
  project: projectId.nullable(),
  found: found.nullable(),
  picked: z.string().nullable(),
  list: listed.nullable(),
  before: z.looseObject({ id: projectId, next: projectId.nullable() }).nullable(),
  step: z.string().nullable(),
});

export const projectActions: Record<string, Action> = {
  /** outcome: near (a point to look around), one (a project), several (choices), nothing. */
  'projects.find': actionEach(findInput, async (call, around) => findMeant(call, around)),

  /** Five at a time, nearest first. */
  'projects.list': action(listInput, listNear),

  'projects.card': action(cardInput, async (calls, around) => {
    const ids = calls.map(({ input }) => meantProject(input));
    const asked = calls.map(({ person }, at) => ({ projectId: ids[at] ?? 0, personId: person.id }));
    const seen = await seenProjects(around.tx, asked, around.now);
    return calls.map(({ input, person }, at): Json | Refusal => {
      const project = seen[at];
      if (!project) return new Refusal('noProject');
      const next = input.list ? nextOf(input.list.ids, project.id) : null;
      const shown = composeProject(project, {
        around,
        language: person.language,
        from: input.found?.point ?? null,
        next,
        brief: input.step !== null && input.step !== 'next',
      });
      return { ...shown, id: project.id, title: project.title, next };
    });
  }),

  'projects.sectors': actionEach(z.object({}), async ({ person }, { tx, voice }) => ({
    choices: (await sectorsOf(tx, SECTORS_MAX)).map(({ sector }) => ({
      id: sector,
      label: capital(voice.say(person.language, 'sectors.one', { sector })),
    })),
  })),

  'projects.papers': actionEach(z.object({ project: projectId }), async ({ input }, { tx }) => ({
    papers: (await papersOf(tx, input.project, PAPERS_MAX)).map(({ url }) => url).join('\n'),
  })),

  'projects.photos': actionEach(z.object({ project: projectId }), async ({ input }, { tx }) => {
    const photos = await photosOf(tx, input.project, PHOTOS_MAX);
    return { files: photos.map(({ file }) => file), count: photos.length, last: photos[0]?.at ?? null };
  }),

  /** `how`: follow or unfollow. */
  'projects.follow': actionEach(
    z.object({ project: projectId, how: z.string().nullable() }),
    async ({ input, person }, { tx, now }) => {
      const project = (await projectsById(tx, [input.project])).get(input.project);
      if (!project) throw new Refusal('noProject');
      const ends = input.how === 'unfollow';
      if (ends) await unfollow(tx, person.id, 'project', project.id);
      else await follow(tx, person.id, 'project', project.id, now);
      return { title: project.title, how: ends ? 'unfollow' : 'follow' };
    },
  ),

  /** One project as a report or a look at its site needs it. */
  'projects.about': actionEach(z.object({ project: projectId.nullable() }), async ({ input }, around) => {
    const project = (await projectsById(around.tx, [input.project ?? 0])).get(input.project ?? 0);
    if (!project) throw new Refusal('noProject');
    const { title, placeName, latitude, longitude } = project;
    const isNamed = !placeName || plain(title).includes(plain(placeName));
    const name = isNamed ? title : `${title} (${placeName})`;
    return {
      id: project.id,
      title,
      place: latitude === null || longitude === null ? null : { location: { latitude, longitude, name } },
    };
  }),

  'projects.watch': actionEach(
    z.object({
      project: projectId,
      seen: z.enum(['going', 'stopped', 'finished', 'unclear']),
      since: given.nullable(),
      photos: given.nullable(),
    }),
    async ({ input, person }, { tx, now }) => {
      const since = input.since?.text?.trim().slice(0, PLACE_LETTERS_MAX) || null;
      const photos = input.photos?.photos ?? [];
      await observe(
        tx,
        { projectId: input.project, personId: person.id, seen: input.seen, since, photos },
        now,
      );
      const counted = await observedAt(tx, input.project, now);
      return { count: counted.reduce((sum, { count }) => sum + count, 0) };
    },
  ),
};

/** The next of the list, the one shown before, the one picked, or the one that was named. */
function meantProject({ step, before, picked, project, found }: z.infer<typeof cardInput>): number {
  const again = step === 'next' ? before?.next : step === null ? undefined : before?.id;
  const chosen = picked && /^\d+$/.test(picked) ? Number(picked) : undefined;
  return again ?? chosen ?? project ?? found?.project ?? 0;
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

const nextOf = (ids: number[], id: number): number | null => ids[ids.indexOf(id) + 1] ?? null;

type Find = z.infer<typeof findInput>;
type Meant = { outcome: string; name: string; point: Json; project: number | null; choices?: Json };

async function findMeant({ input, person }: Call<Find>, around: Around): Promise<Json> {
  const { where, which } = input;
  if (where?.location) {
    const { latitude, longitude, name = '' } = where.location;
    return { outcome: 'near', name, point: { latitude, longitude }, project: null };
  }
  const typed = (where?.text ?? '').trim().slice(0, PLACE_LETTERS_MAX);
  const nothing: Meant = { outcome: 'nothing', name: typed, point: null, project: null };
  if (which) return { ...nothing, outcome: 'one', project: Number(which) };
  const places = await searchPlaces(around.tx, typed);
  const named = await projectsNamed(around.tx, typed);
  const place = places.sure ? places.place : undefined;
  const near: Meant | undefined = place && {
    outcome: 'near',
    name: place.name,
    point: { latitude: place.latitude, longitude: place.longitude },
    project: null,
  };
  if (near && nearly(plain(typed), plain(near.name))) return near;
  const [best, rival] = named;
  const clear = best && best.alike - (rival?.alike ?? 0) >= LEAD_MIN;
  if (best && clear && (best.alike >= MEANT_MIN || !near))
    return { ...nothing, outcome: 'one', project: best.id };
  if (near && (best?.alike ?? 0) < MEANT_MIN) return near;
  if (!best) return near ?? nothing;
  const choices = named.slice(0, NAMED_MAX).map(({ id, title, placeName, state }) => ({
    id: String(id),
    label: shortTitle(title),
    detail: around.voice.say(person.language, 'projects.which.one', { place: placeName ?? '', state }),
  }));
  return { ...nothing, outcome: 'several', choices };
}

type List = z.infer<typeof listInput>;

/** A new wish narrows what was asked before; "all" lifts every one. */
function filtersOf({ before, filter, sector }: List): z.infer<typeof filters> {
  const last = before?.filters ?? { state: null, sector: null, km: null };
  if (filter === 'all') return { state: null, sector: null, km: null };
  const km = /^within(\d+)$/.exec(filter ?? '')?.[1];
  if (km !== undefined) return { ...last, km: Number(km) };
  if (filter === 'sector') return { ...last, sector };
  return filter ? { ...last, state: filter } : last;
}

async function listNear(calls: Call<List>[], { tx, voice }: Around): Promise<Json[]> {
  const asked = calls.map(({ input }) => {
    const { point: from, outcome } = input.found;
    const narrowed = filtersOf(input);
    const after = input.filter === null ? (input.before?.next ?? 0) : 0;
    return { from, outcome, narrowed, after };
  });
  const questions = asked.flatMap(({ from, narrowed, after }) =>
    from ? [{ ...from, ...narrowed, after }] : [],
  );
  const lists = await projectsNear(tx, questions, LISTED_MAX + 1);
  let place = 0;
  return calls.map(({ person }, at): Json => {
    const { from, narrowed, after } = asked[at] ?? { from: null, narrowed: null, after: 0 };
    const near = from ? (lists[place++] ?? []) : [];
    const shown = near.slice(0, LISTED_MAX);
    const more = near.length > LISTED_MAX;
    const say = (key: string, values = {}) => voice.say(person.language, `projects.pick.${key}`, values);
    const words = (name: string) => [...voice.list(person.language, `words.${name}`)];
    return {
      count: shown.length,
      next: more ? after + LISTED_MAX : null,
      filters: narrowed,
      ids: shown.map(({ id }) => id),
      choices: [
        ...shown.map(({ id, title, state, metres, isNear }) => ({
          id: String(id),
          label: shortTitle(title),
          detail: say(distanceWord(isNear, metres), { state, metres }),
          words: [title],
        })),
        ...(more ? [{ id: 'next', label: say('next'), words: words('more') }] : []),
        { id: 'filter', label: say('filter'), words: words('filter') },
      ],
    };
  });
}
