/** Pretend answers of actions, for walks without a database: each as the real action might answer, by chance. */
import type { Json } from '../../src/engine/content.ts';

export type Chance = { pick<T>(from: readonly T[]): T };

const PLACE = { name: 'Market Circle', latitude: 4.897, longitude: -1.76, assembly: null };
const CHOICES = [
  { id: '1', label: 'KS-2P9T', detail: '80 m away, today, sent' },
  { id: 'another', label: 'No, another one', detail: '' },
];
const STATE = {
  id: 1,
  reference: 'KS-2P9T',
  kind: 'drain',
  place: 'Ketan',
  state: 'sent',
  department: 'Works',
  due: 1_796_000_000_000,
  late: 'inTime',
  when: 1_796_000_000_000,
  voices: 1,
};
const PROJECTS = [
  { id: '12', label: 'Takoradi library…', detail: 'finished, in that area' },
  { id: '13', label: 'Kokompe lorry station', detail: 'finished, about 1.2 km away' },
];
const UNDERSTOOD = { language: null, heard: null, kind: null, details: null, place: null, photos: null };

const PROMISES = [
  { id: 'SEK0009', label: 'One place for complaints', detail: 'promise 4, 2018-2020' },
  { id: 'older', label: 'Older plans', detail: '' },
  { id: 'goals', label: 'By global goal', detail: '' },
];
const PROMISE = {
  key: 'SEK0009',
  number: 4,
  plan: '2018-2020',
  title: 'Access to Information',
  short: 'One place for complaints',
  summary: 'The assembly promised one place for complaints.',
  led: 'unknown',
  reported: 'nothing',
  answers: 'nobody',
  words: '',
  update: 0,
  next: 'SEK0010',
  choices: ['follow', 'live', 'milestones', 'evidence', 'next', 'list'].map((id) => ({ id, label: id })),
};
const EVIDENCE = {
  shown: 'words',
  words: '',
  sources: 'some',
  links: 'https://example.org',
  photos: [],
  count: 0,
};

/** What each action may answer; `refuse` stands for a refusal with that reason. */
export const ANSWERS: Record<string, readonly (Json | { refuse: string })[]> = {
  'commitments.list': [{ count: 2, plan: '2022-2026', goal: 'Goal 6: water, toilets', choices: PROMISES }],
  'commitments.goals': [{ choices: [{ id: '6', label: 'Goal 6: water, toilets' }] }],
  'commitments.see': [
    PROMISE,
    { ...PROMISE, reported: 'percent', state: 'limited', percent: 40, bar: '■■■■□□□□□□' },
    { refuse: 'noCommitment' },
  ],
  'commitments.milestones': [
    { count: 0, lines: '' },
    { count: 1, lines: '1. Train the officers: limited' },
  ],
  'commitments.evidence': [EVIDENCE, { ...EVIDENCE, photos: ['a'], count: 1 }],
  'commitments.follow': [null],
  'commitments.unfollow': [null],
  'commitments.answer': [{ yes: 1, notYet: 0, no: 0, count: 1 }],
  'desk.open': [{ report: 1, reference: 'KS-2P9T' }],
  'letters.understand': [
    {
      ...UNDERSTOOD,
      meaning: 'report',
      kind: 'drain',
      heard: 'kind',
      details: { text: 'the drain is choked' },
    },
    {
      ...UNDERSTOOD,
      meaning: 'report',
      kind: 'fire',
      heard: 'kindAndPlace',
      place: { location: { ...PLACE } },
    },
    { ...UNDERSTOOD, meaning: 'report', language: 'es', photos: { photos: ['a'] } },
    ...['greeting', 'thanks', 'insult', 'smalltalk', 'voice', 'yes', 'no', 'puzzled'].map((meaning) => ({
      ...UNDERSTOOD,
      meaning,
    })),
    { meaning: 'reference', report: 1 },
    { meaning: 'commitment', commitment: '4', language: null },
  ],
  'link.offer': [{ code: 'KASA-7Q2-MPX-4DH', minutes: 15 }, { refuse: 'codeDesk' }],
  'link.look': [
    { app: 'telegram', names: 'anonymous', stopped: 'stopped' },
    { app: 'other', names: 'alike', stopped: 'alike' },
    { refuse: 'codeWrong' },
    { refuse: 'codeTries' },
  ],
  'link.join': [
    { app: 'web', language: 'es', half: true, stopped: true },
    { app: 'whatsapp', language: 'en', half: false, stopped: false },
    { refuse: 'codeUsed' },
  ],
  'people.me': [
    { consented: true, anonymous: false, called: 'Ama' },
    { consented: false, anonymous: false, called: null },
  ],
  'people.consent': [{ consented: true, anonymous: true, called: null }],
  'people.refuse': [null],
  'people.forget': [null],
  'people.stop': [null],
  'people.resume': [null],
  'people.speak': [null],
  'places.find': [
    { outcome: 'known', ...PLACE },
    { outcome: 'found', ...PLACE },
    { outcome: 'described', ...PLACE, latitude: null, longitude: null },
    { outcome: 'far', ...PLACE, distance: 190_000 },
    { outcome: 'other', ...PLACE, assembly: 'Effia-Kwesimintsim Municipal Assembly' },
    {
      outcome: 'several',
      ...PLACE,
      matches: [
        { id: '1', label: 'Kojokrom' },
        { id: 'none', label: 'None of these' },
      ],
    },
  ],
  'projects.find': [
    { outcome: 'near', name: 'Kojokrom', point: PLACE, project: null },
    { outcome: 'one', name: '', point: null, project: 12 },
    { outcome: 'nothing', name: 'zzyzx', point: null, project: null },
    { outcome: 'several', name: 'sea defence', point: null, project: null, choices: PROJECTS },
  ],
  'projects.list': [
    { count: 0, next: null, filters: {}, ids: [], choices: [{ id: 'filter', label: 'Only some of them' }] },
    {
      count: 2,
      next: 5,
      filters: {},
      ids: [12, 13],
      choices: [...PROJECTS, { id: 'next', label: 'More' }, { id: 'filter', label: 'Only some of them' }],
    },
  ],
  'projects.card': [
    {
      text: 'Takoradi library complex\n'.padEnd(700, 'w'),
      title: 'Takoradi library complex',
      id: 12,
      next: 13,
      place: PLACE,
      choices: ['follow', 'problem', 'watch', 'where', 'photos', 'papers', 'next', 'elsewhere'].map((id) => ({
        id,
        label: id,
      })),
    },
    { refuse: 'noProject' },
  ],
  'projects.sectors': [{ choices: [{ id: 'transport.road', label: 'Roads' }] }],
  'projects.papers': [{ papers: 'https://example.org/paper' }],
  'projects.photos': [{ files: ['a'], count: 1, last: 1_796_000_000_000 }],
  'projects.follow': [{ title: 'Takoradi library complex', how: 'follow' }, { refuse: 'noProject' }],
  'projects.about': [
    { id: 12, title: 'Takoradi library complex', place: { location: PLACE } },
    { id: 12, title: 'Takoradi library complex', place: null },
    { refuse: 'noProject' },
  ],
  'projects.watch': [{ count: 2 }],
  'reports.about': ['plain', 'emergency', 'refer', 'plain'].map((manner) => ({
    manner,
    numbers: '112 / 192',
  })),
  'reports.near': [{ count: 0 }, { count: 1, choices: CHOICES }],
  'reports.join': [{ reference: 'KS-2P9T', state: 'taken' }, { refuse: 'noReport' }],
  'reports.sum': [{ place: 'Ketan', words: 'w'.repeat(300), photos: 2, voices: 1, manner: 'named' }],
  'reports.send': [{ report: 1, reference: 'KS-2P9T', department: 'Works', due: 1_796_000_000_000 }],
  'reports.mine': [
    { count: 0, choices: [] },
    { count: 1, choices: CHOICES.slice(0, 1) },
  ],
  'reports.state': [
    ...['open', 'resolved', 'closed', 'stranger'].map((manner) => ({ ...STATE, manner })),
    { refuse: 'noReport' },
  ],
  'reports.answer': [{ reference: 'KS-2P9T' }, { refuse: 'noReport' }],
  'reports.confirm': [null, { refuse: 'noReport' }],
  'reports.reopen': [{ reference: 'KS-2P9T' }, { refuse: 'tooLate' }],
  'digest.mine': [true, false].flatMap((subscribed) =>
    [true, false].map((agreed) => ({
      subscribed,
      stopped: !subscribed && agreed,
      agreed,
      cadence: agreed ? 'weekly' : 'onChange',
      list: "- the city's promises",
      choices: ['fine', 'place', 'promises', 'own', 'often', 'hour', 'leave', 'drop'].map((id) => ({
        id,
        label: `Label of ${id}`,
      })),
      topics: [{ id: '1', label: "the city's promises" }],
      hour: '08:00',
      next: 1_796_000_000_000,
    })),
  ),
  'digest.begin': [null],
  'digest.agree': [null],
  'digest.place': ['followed', 'tooMany', 'noRadius'].map((outcome) => ({ outcome, name: 'Ketan', km: 3 })),
  'digest.promises': [{ count: 1, list: '1 Electronic services' }],
  'digest.choose': [{ count: 1 }, { refuse: 'noPromise' }],
  'digest.often': [null],
  'digest.hour': [null, { refuse: 'noHour' }, { refuse: 'quietHour' }],
  'digest.leave': [{ name: 'Ketan' }],
  'digest.end': [null],
  'digest.why': ['subscribed', 'never', 'stopped', 'ended'].map((outcome) => ({
    outcome,
    since: 1_796_000_000_000,
    cadence: 'weekly',
    list: '- Ketan',
    announced: '',
    topics: [
      { id: 'keep', label: 'Keep it so' },
      { id: '1', label: 'End Ketan' },
      { id: 'end', label: 'End all of it' },
    ],
    next: null,
    hour: '08:00',
  })),
  'digest.week': ['told', 'nothing', 'guest'].flatMap((outcome) =>
    [true, false].map((any) => ({ outcome, any, text: any ? 'Your week' : '', since: 1_796_000_000_000 })),
  ),
  'digest.more': [{ text: '4. Ring road: 10 → 20 %' }, { text: '' }],
  'digest.picture': [
    { count: 0, photos: [], list: '' },
    { count: 1, photos: ['a'], list: '1 Electronic services: 20 %' },
  ],
  'digest.group': ['alone', 'member', 'has', 'none'].map((outcome) => ({ outcome, list: '- Ketan' })),
  'digest.groupBegin': [{ hour: '12:00', next: 1_796_000_000_000 }, { refuse: 'notAdministrator' }],
  'digest.groupEnd': [null, { refuse: 'notAdministrator' }],
};
