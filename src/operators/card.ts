/** A report as its desk sees it: the card, its buttons, and what the resident adds. Composes; `cards.ts` posts. */
import { type City, departmentName } from '../civic/city.ts';
import { referenceOf } from '../civic/reference.ts';
import { OPEN_STATES, type Report, TALK } from '../civic/reports/report.ts';
import type { Content } from '../engine/content.ts';
import type { Voice } from '../engine/conversation.ts';
import type { Values } from '../engine/flow.ts';
import { buttons, wordsNow } from './acts-now.ts';

/** What the desk room needs to speak: the city's names, words, the desk's language, and the channels without buttons. */
export type Desks = { city: City; voice: Voice; language: string; wordChannels: readonly string[] };

export const toDesks = ({
  city,
  voice,
  settings,
}: {
  city: City;
  voice: Voice;
  settings: { deskLanguage: string; wordChannels?: readonly string[] };
}): Desks => ({ city, voice, language: settings.deskLanguage, wordChannels: settings.wordChannels ?? [] });

/** True where officials write words because there are no buttons. */
export const isOfWords = ({ wordChannels }: Pick<Desks, 'wordChannels'>, channel: string): boolean =>
  wordChannels.includes(channel);

const CARD_WORDS_MAX = 600;

/** What does not fit the card itself: further photos, voice notes, the place on a map. */
export function attachments(report: Report): Content[] {
  const further = report.files.filter((file) => file.kind === 'photo').slice(1);
  const voices = report.files.filter((file) => file.kind === 'voice');
  const place =
    report.latitude !== null && report.longitude !== null
      ? { latitude: report.latitude, longitude: report.longitude, name: report.place_name }
      : undefined;
  return [
    ...(place ? [{ text: '', place }] : []),
    ...(further.length > 0
      ? [{ text: '', media: further.map(({ id }) => ({ kind: 'photo' as const, file: id })) }]
      : []),
    ...voices.map(({ id }) => ({ text: '', media: [{ kind: 'voice' as const, file: id }] })),
  ];
}

type Foot = { key: string; values?: Values };
const ANSWER: Foot = { key: 'answerThis' };

/**
 * @param inWords without buttons: numbers would be taken for answers to the resident, so the last line names words
 * @param foot the last line: what can be done with the card
 */
export function composeCard(
  report: Report,
  desks: Desks,
  now: Date,
  inWords: boolean,
  foot: Foot = inWords ? { key: 'inWords.answerThis', values: wordsNow(report, desks) } : ANSWER,
): Content {
  const { voice, language } = desks;
  const say = (key: string, values = {}) => voice.say(language, `desk.${key}`, values);
  const photo = report.files.find((file) => file.kind === 'photo');
  const talk = report.category === TALK;
  const words = report.description.slice(0, CARD_WORDS_MAX);
  const lines = [
    `${referenceOf(report.id)} · ${talk ? say('talk') : voice.say(language, `categories.${report.category}`)}`,
    ...(talk ? [] : [report.place_name + (report.other_assembly ? ` (${report.other_assembly})` : '')]),
    [
      ...(talk ? [] : [say('voices', { count: report.voices + 1 })]),
      report.called && !report.anonymous ? say('from', { name: report.called }) : say('withoutName'),
      say('sentOn', { when: report.sent_at }),
      ...(report.promised_at
        ? [say(report.promised_at < now.getTime() ? 'late' : 'due', { due: report.promised_at })]
        : []),
    ].join(' · '),
    stateLine(report, say),
    ...projectLines(report, say, now),
    ...(words ? [`“${words}${report.description.length > CARD_WORDS_MAX ? '…' : ''}”`] : []),
    // A talk that has ended cannot be answered; a report always can.
    ...(talk && !OPEN_STATES.includes(report.state) ? [] : [say(foot.key, foot.values)]),
  ];
  const text = lines.filter((line) => line !== '').join('\n');
  return {
    text,
    ...(!inWords && { choices: buttons(report, say), numbered: false }),
    ...(photo && { media: [{ kind: 'photo', file: photo.id }] }),
  };
}

/** The card at a desk that does not answer for the report any more. */
export function composePassedCard(report: Report, desks: Desks, now: Date): Content {
  const values = { name: nameOfDepartment(desks, report.department) };
  return composeCard(report, desks, now, true, { key: 'passedOver', values });
}

/** Within the defects period it is whoever built it who must repair. */
function projectLines(
  { project }: Report,
  say: (key: string, values?: object) => string,
  now: Date,
): string[] {
  if (!project) return [];
  const { title, contractor, defects_until: until } = project;
  const repair = until !== null && Date.parse(until) >= now.getTime();
  return [
    say('project', { title }),
    ...(repair ? [say(contractor ? 'mustRepair' : 'mustRepairSomeone', { contractor, until })] : []),
  ];
}

function stateLine(report: Report, say: (key: string, values?: object) => string): string {
  if (report.state === 'sent') return '';
  return say(`state.${report.state}`, { name: report.taken_by ?? '' });
}

export const topicTitle = (report: Report, { voice, language }: Desks): string =>
  `${referenceOf(report.id)} ${
    report.category === TALK
      ? voice.say(language, 'desk.talk')
      : voice.say(language, `categories.${report.category}`)
  }`;

export type Given = {
  text: string;
  photos: string[];
  voices: string[];
  location?: { latitude: number; longitude: number; name?: string | undefined } | undefined;
};

/**
 * A resident's further words, as their desk sees them; nothing when they said nothing.
 * @param own false when they only follow the report: they are never named
 */
export function composeAnswer(
  report: Report,
  given: Given,
  own: boolean,
  { voice, language }: Desks,
): Content[] {
  const { text: words, photos, voices, location } = given;
  if (words === '' && photos.length + voices.length === 0 && !location) return [];
  const say = (key: string, values = {}) => voice.say(language, `desk.${key}`, values);
  const named = own && report.called && !report.anonymous ? report.called : undefined;
  const name = named ?? say(own ? 'theResident' : 'anotherResident');
  const text = say(words ? 'resident' : 'residentSent', { reference: referenceOf(report.id), name, words });
  const place = location && {
    name: location.name ?? '',
    latitude: location.latitude,
    longitude: location.longitude,
  };
  return [
    { text, ...(photos.length > 0 && { media: photos.map((id) => ({ kind: 'photo' as const, file: id })) }) },
    ...voices.map((id) => ({ text: '', media: [{ kind: 'voice' as const, file: id }] })),
    ...(place ? [{ text: '', place }] : []),
  ];
}

export const nameOfDepartment = (desks: Desks, id: string): string => departmentName(desks.city, id);
