import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadEditorial } from '../../src/content.ts';
import { isAsk, isSay } from '../../src/engine/flow.ts';
import { formats } from '../../src/language/formats.ts';
import { type Language, openVoice, readLanguage, readLanguages } from '../../src/language/voice.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const languages = readLanguages(`${ROOT}locales`);
const byCode = new Map(languages.map((language) => [language.code, language]));
const en = byCode.get('en')!;
const others = languages.filter(({ code }) => code !== 'en');
const finished = others.filter((language) => language.finished);
const { voice, book, city } = loadEditorial('Africa/Accra');

/** A network's button holds so many UTF-16 units. */
const LABEL_MAX = 24;
const FORMS = /_(zero|one|two|few|many|other)$/;
/** 9:30 on a Thursday in Accra, which keeps UTC. */
const THURSDAY = Date.UTC(2026, 11, 3, 9, 30);

const keysOf = ({ words, lists }: Language): string[] => [...words.keys(), ...lists.keys()].sort();
/** `{{due, day}}` → "due, day"; a plural's forms count together, since "one" may leave the number out. */
function gapsOf({ words }: Language, key: string): string[] {
  const stem = key.replace(FORMS, '');
  const texts = [...words].filter(([other]) => other.replace(FORMS, '') === stem).map(([, text]) => text);
  const gaps = texts.flatMap((text) => [...text.matchAll(/\{\{\s*(.+?)\s*\}\}/g)].map(([, gap]) => gap!));
  return [...new Set(gaps)].sort();
}

describe('languages', () => {
  test('English and Spanish are finished, Fante is a draft', () => {
    expect(voice.languages).toEqual([
      { code: 'en', name: 'English', finished: true },
      { code: 'es', name: 'Español', finished: true },
      { code: 'fat', name: 'Fante', finished: false },
    ]);
  });

  test.each(finished)(
    '$code has every key of English, with all forms of its plurals, and no other',
    (language) => {
      expect(keysOf(language)).toEqual(keysOf(en));
    },
  );

  test.each(others.filter((language) => !language.finished))(
    '$code has no key that English lacks',
    (language) => {
      expect(keysOf(language).filter((key) => !keysOf(en).includes(key))).toEqual([]);
      expect(language.words.size).toBeGreaterThan(10);
    },
  );

  test.each(others)('$code keeps the gaps of every sentence', (language) => {
    const wrong = [...language.words.keys()].filter(
      (key) => gapsOf(language, key).join() !== gapsOf(en, key).join(),
    );
    expect(wrong).toEqual([]);
  });

  test.each(languages)('$code names only formats that there are', ({ words }) => {
    const known = [...Object.keys(formats('UTC', () => '')), 'number'];
    const used = [...words.values()].flatMap((text) =>
      [...text.matchAll(/\{\{\s*\w+\s*,\s*(.+?)\s*\}\}/g)].map(([, format]) => format),
    );
    const unknown = used.filter((format) => !known.includes(format!) && partOf(format!, en) === undefined);
    expect(unknown).toEqual([]);
  });

  test.each(languages)(
    '$code is text without stray spaces, gaps left open, or marks of other templates',
    ({ words }) => {
      // A count is said before what follows it: "1 photo, without your name".
      const parts = [...words.values()].flatMap((said) =>
        [...said.matchAll(/(?:chosen|counted)\(of: ([\w.]+)\)/g)].map(([, part]) => part!),
      );
      const faulty = [...words].filter(
        ([key, text]) =>
          / {2}|\$t\(|\{\{\{|\}\}\}|undefined/.test(text) ||
          (text !== text.trim() && !parts.some((part) => key.startsWith(part))),
      );
      expect(faulty).toEqual([]);
    },
  );
});

/** `chosen(of: state.due)` and `counted(of: …)` name words that stand under that key. */
function partOf(format: string, { words }: Language): string | undefined {
  const part = /^(?:chosen|counted)\(of: ([\w.]+)\)$/.exec(format)?.[1];
  return [...words.keys()].some(
    (key) => part !== undefined && /^[._]/.test(key.slice(part.length)) && key.startsWith(part),
  )
    ? part
    : undefined;
}

describe('what flows say', () => {
  const steps = [...book.flows.values()].flatMap((flow) =>
    Object.entries(flow.steps).map(([id, step]) => ({ key: `${flow.id}.${id}`, step })),
  );
  const speaking = steps.filter(
    ({ step }) =>
      (isSay(step) && !step.photos) || (isAsk(step) && step.ask !== 'operator' && step.silent !== true),
  );
  const labels = steps.flatMap(({ key, step }) =>
    isAsk(step) && Array.isArray(step.choices) ? step.choices.map((id) => `${key}.${id}`) : [],
  );

  test('the walk finds them', () => {
    expect(speaking.length).toBeGreaterThan(60);
    expect(labels.length).toBeGreaterThan(40);
  });

  test.each(['en', 'es'])(
    '%s has words for every step that speaks, every choice and every name of a flow',
    (code) => {
      // `same_one` and the like have no bare key.
      const missing = [...speaking.map(({ key }) => key), ...labels].filter((key) => !voice.has(code, key));
      expect(missing).toEqual([]);
      const nameless = [...book.flows.keys()].filter((id) => !voice.has(code, `${id}.name`));
      expect(nameless).toEqual([]);
    },
  );

  test.each(['en', 'es', 'fat'])('%s: labels fit a button', (code) => {
    const all = [
      ...labels,
      ...Object.keys(city.categories).map((id) => `categories.${id}`),
      ...[...en.words.keys()].filter((key) => key.startsWith('desk.button.')),
      'common.more',
      'common.skip',
      'common.sharePlace',
      'report.same.another',
      'report.which.none',
      'desk.moreDepartments',
    ];
    const said = all.map((key) => voice.say(code, key));
    expect(said.filter((label) => label.length === 0 || label.length > LABEL_MAX)).toEqual([]);
  });

  test.each(['en', 'es'])('%s: labels of one question are different', (code) => {
    for (const { key, step } of steps) {
      if (!isAsk(step) || !Array.isArray(step.choices)) continue;
      const said = step.choices.map((id) => voice.say(code, `${key}.${id}`));
      expect(new Set(said).size, key).toBe(said.length);
    }
    const categories = Object.keys(city.categories).map((id) => voice.say(code, `categories.${id}`));
    expect(new Set(categories).size).toBe(Object.keys(city.categories).length);
  });

  test.each(['en', 'es'])('%s: what residents read is short', (code) => {
    const long = [...byCode.get(code)!.words].filter(
      ([key, text]) => !/^(desk|web|help)\./.test(key) && text.split(/\s+/).length > 50,
    );
    expect(long.map(([key]) => key)).toEqual([]);
  });
});

describe('falling back', () => {
  test('word by word', () => {
    expect(voice.say('fat', 'report.summary.send')).toBe('Fa kɔ');
    expect(voice.say('fat', 'report.dropped')).toBe(voice.say('en', 'report.dropped'));
    expect(voice.say('fat', 'word.passed', { reference: 'KS-7F3Q' })).toBe('I have passed it on (KS-7F3Q).');
  });

  test("a draft's lists are its own words and then English's", () => {
    const yes = voice.list('fat', 'words.yes');
    expect(yes.slice(0, 2)).toEqual(['nyew', 'yoo']);
    expect(yes).toContain('okay');
    expect(voice.list('fat', 'words.numbers')).toEqual(voice.list('en', 'words.numbers'));
    expect(voice.list('es', 'words.thanks')).not.toContain('thanks');
  });

  test('an unknown language speaks English, an unknown key says nothing', () => {
    expect(voice.say('xx', 'report.dropped')).toBe(voice.say('en', 'report.dropped'));
    expect(voice.say('en', 'report.nowhere')).toBe('');
    expect(voice.say('es', 'constructor')).toBe('');
    expect(voice.list('xx', 'words.yes')).toEqual(voice.list('en', 'words.yes'));
    expect(voice.list('en', 'words.nowhere')).toEqual([]);
    expect(voice.has('fat', 'report.dropped')).toBe(false);
  });
});

describe('plurals', () => {
  test.each([
    ['en', 0, 'Nothing is open here.'],
    ['en', 1, 'One report is open:'],
    ['en', 2, '2 reports are open:'],
    ['en', 1_000_000, '1000000 reports are open:'],
    ['es', 0, 'Aquí no hay nada abierto.'],
    ['es', 1, 'Hay un aviso abierto:'],
    ['es', 2, 'Hay 2 avisos abiertos:'],
    // Spanish has a form "many" for whole millions; without words of its own the common one is said.
    ['es', 1_000_000, 'Hay 1000000 avisos abiertos:'],
    ['fat', 0, 'Nothing is open here.'],
    ['fat', 1, 'One report is open:'],
    ['fat', 2, '2 reports are open:'],
  ])('%s, %i', (code, count, said) => {
    expect(voice.say(code, 'desk.openCount', { count })).toBe(said);
  });

  test('without a form for none, none is said like many', () => {
    expect(voice.say('en', 'desk.voices', { count: 0 })).toBe('0 voices');
  });

  test('of a language whose rules the platform does not know', () => {
    const own = readLanguage(
      'fat',
      'about: { name: Fante, finished: false }\nx_one: "{{count}} da"\nx_other: "{{count}} nda"',
    );
    const spoken = openVoice([en, own], 'Africa/Accra');
    // Akan: none and one are "one".
    expect([0, 1, 2].map((count) => spoken.say('fat', 'x', { count }))).toEqual(['0 da', '1 da', '2 nda']);
  });
});

describe('values', () => {
  const given = { reference: 'KS-7F3Q', department: 'Works', due: THURSDAY };

  test.each([
    ['en', 'promised an answer by Thursday 3 December.'],
    ['es', 'a más tardar el jueves 3 de diciembre.'],
    ['fat', 'promised an answer by Thursday 3 December.'],
  ])('%s: a date as people say it', (code, part) => {
    expect(voice.say(code, 'report.sent', given)).toContain(part);
  });

  test('a date is the day in Accra, not where the server stands', () => {
    const late = openVoice(languages, 'Pacific/Auckland');
    const evening = { ...given, due: Date.UTC(2026, 11, 3, 20) };
    expect(voice.say('en', 'report.sent', evening)).toContain('Thursday 3 December');
    expect(late.say('en', 'report.sent', evening)).toContain('Friday 4 December');
  });

  test.each([
    ['en', 'sent 3 Dec'],
    ['es', 'enviado el 3 dic'],
    ['fat', 'sent 3 Dec'],
  ])('%s: a short date', (code, said) => {
    expect(voice.say(code, 'desk.sentOn', { when: THURSDAY })).toBe(said);
    expect(voice.say(code, 'desk.sentOn', { when: new Date(THURSDAY).toISOString() })).toBe(said);
  });

  test.each([
    ['en', 80, 'today', '80 m away, today, being worked on'],
    ['en', 3, 'yesterday', '10 m away, yesterday, being worked on'],
    ['en', 949, '3 days ago', '950 m away, 3 days ago, being worked on'],
    ['en', 1234, '3 days ago', '1.2 km away, 3 days ago, being worked on'],
    ['es', 1234, '3 days ago', 'a 1,2 km, hace 3 días, en curso'],
    ['es', 80, 'yesterday', 'a 80 m, ayer, en curso'],
    ['fat', 80, '3 days ago', '80 m away, 3 days ago, being worked on'],
  ])('%s: a distance of %i m, an age of "%s", a state', (code, metres, age, said) => {
    const days = { today: 0.9, yesterday: 1.5, '3 days ago': 3.2 }[age]!;
    const values = { metres, age: days * 86_400_000, state: 'in_progress', reference: 'KS-7F3Q' };
    expect(voice.say(code, 'report.same.one', values)).toBe(said);
  });

  test('a summary counts its photos and voice notes', () => {
    const values = { problem: 'drain', place: 'Market Circle', words: 'choked', manner: 'anonymous' };
    const lastLine = (code: string, photos: number, voices: number) =>
      voice
        .say(code, 'report.summary', { ...values, photos, voices })
        .split('\n')
        .at(-1);
    expect(lastLine('en', 0, 0)).toBe('without your name');
    expect(lastLine('en', 1, 2)).toBe('1 photo, 2 voice notes, without your name');
    expect(lastLine('es', 2, 1)).toBe('2 fotos, 1 nota de voz, sin tu nombre');
  });

  test('words that depend on a value see the other values', () => {
    const values = { ...given, problem: 'drain', place: 'Market Circle', state: 'taken', late: 'late' };
    expect(voice.say('en', 'state.open', values)).toContain(
      'It was promised by Thursday 3 December and is late.',
    );
    expect(voice.say('es', 'state.open', { ...values, late: 'inTime' })).toContain(
      'Prometido para el jueves 3 de',
    );
  });

  test('a value that is missing or null says nothing, and breaks nothing', () => {
    expect(voice.say('en', 'word.passed', {})).toBe('I have passed it on ().');
    expect(voice.say('en', 'report.sent', { ...given, due: null })).toContain('promised an answer by .');
    expect(voice.say('en', 'report.right', { problem: 'no-such-kind' })).toBe('no-such-kind. Is that right?');
  });

  const HOSTILE = [
    '{{reference}}',
    '{{department}} {{words}}',
    '{{- words}}',
    '{{due, day}} {{~0}} {{count}}',
    '$t(report.sent)',
    '$t(report.summary.photos, {"count": 3})',
    '<b>bold</b> &amp; "quotes"',
    '`code` *bold* _em_ [link](https://example.org)',
    "$& $1 $$ $` $'",
    'a, b; (c) : d',
    '{{{{x}}}}',
    '\\{\\{x}}',
    'Kɔ\u202Etxt.exe\u0000',
  ];

  test.each(HOSTILE)('what a person wrote comes out as they wrote it: %s', (words) => {
    const told = { department: 'Works', reference: 'KS-7F3Q', words };
    expect(voice.say('en', 'word.told', told)).toBe(`Works (KS-7F3Q): ${words}`);
    const summary = { problem: 'drain', place: words, words, photos: 2, voices: 0, manner: 'named' };
    expect(voice.say('en', 'report.summary', summary)).toBe(
      `This is what I have:\nA choked drain or flooding, ${words}\n“${words}”\n2 photos, with your name`,
    );
    const open = { ...told, problem: words, place: words, state: words, late: 'late', due: THURSDAY };
    expect(voice.say('en', 'state.open', open)).toBe(
      `KS-7F3Q: ${words}, ${words}.\nIt is ${words}, with Works. It was promised by Thursday 3 December and is late.`,
    );
  });

  test('values named like options change nothing', () => {
    const values = {
      reference: 'KS-7F3Q',
      lng: 'es',
      locale: 'es',
      nest: true,
      replace: 'x',
      interpolation: {},
    };
    expect(voice.say('en', 'word.passed', values)).toBe('I have passed it on (KS-7F3Q).');
  });
});

describe('reading a language file', () => {
  test('nested keys become dotted, lists stay lists, and a missing head is a fault', () => {
    const read = readLanguage(
      'xx',
      'about: { name: X, finished: true }\na: { b: one, "c.d": two }\nl: [1, two]\nn:\n',
    );
    expect([...read.words]).toEqual([
      ['a.b', 'one'],
      ['a.c.d', 'two'],
    ]);
    expect([...read.lists]).toEqual([['l', ['1', 'two']]]);
    expect(() => readLanguage('xx', 'a: b')).toThrow();
  });
});
