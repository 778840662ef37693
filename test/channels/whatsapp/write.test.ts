import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { write } from '../../../src/channels/whatsapp/write.ts';
import type { Choice, Content, Media, Template } from '../../../src/engine/content.ts';
import { letterTo } from './bench.ts';
import { checkFrame, type Params, shownIn } from './standin/checks.ts';

const AMA = 'whatsapp:GH.1349120800000001';
const KOFI = 'whatsapp:233200000002';
const yesNo: Choice[] = [
  { id: 'report.right.yes', label: 'Yes' },
  { id: 'report.right.no', label: 'No' },
];
const photo = (file = 'photo1'): Media => ({ kind: 'photo', file, mime: 'image/jpeg' });
const choices = (...all: string[]): Choice[] => all.map((label, n) => ({ id: `c${n}`, label }));
const payloads = (content: Content, more = {}, templates?: Parameters<typeof write>[1]) =>
  write(letterTo(AMA, content, more), templates).map(({ payload }) => payload as Params);
const types = (content: Content) =>
  payloads(content).map((payload) =>
    payload.type === 'interactive' ? (payload.interactive as Params).type : payload.type,
  );
const shown = (content: Content) => payloads(content).map(shownIn);
const last = (content: Content) => shown(content).at(-1);

describe('write: words', () => {
  it('says whom it is for, and our number of the letter', () => {
    const letter = { ...letterTo(KOFI, { text: '<b>*hello*</b>' }), id: '81' };
    expect(write(letter)).toEqual([
      {
        payload: {
          messaging_product: 'whatsapp',
          recipient_type: 'individual',
          to: '+233200000002',
          type: 'text',
          text: { body: '<b>*hello*</b>', preview_url: false },
          biz_opaque_callback_data: '81',
        },
        main: true,
      },
    ]);
  });

  it('writes to an id of Meta’s where there is no number', () => {
    const [payload] = payloads({ text: 'hello' });
    expect(payload).toMatchObject({ recipient: 'GH.1349120800000001' });
    expect(payload).not.toHaveProperty('to');
  });

  it('has nothing to send when nothing is said', () => {
    expect(payloads({ text: ' \n' })).toEqual([]);
  });

  it('cuts a long text at line breaks, with the buttons under the last part, quoting once', () => {
    const text = Array.from({ length: 200 }, (_, n) => `Line ${n}: the drain is choked again`).join('\n');
    const given = payloads({ text, choices: yesNo }, { replyTo: 'wamid.7' });
    expect(given.map(({ type }) => type)).toEqual(['text', 'interactive']);
    expect(
      given
        .map(shownIn)
        .map((one) => one.text)
        .join('\n'),
    ).toBe(text);
    expect(given.map(({ context }) => context)).toEqual([{ message_id: 'wamid.7' }, undefined]);
    expect(given.map((one) => one.biz_opaque_callback_data !== undefined)).toEqual([false, true]);
  });

  it('quotes nothing that has no name at Meta', () => {
    expect(payloads({ text: 'x' }, { replyTo: 'preference:1:stop' })[0]).not.toHaveProperty('context');
  });
});

describe('write: choices', () => {
  it.each<[string, Choice[], string]>([
    ['two short ones', yesNo, 'button'],
    ['three of eighteen letters with their number', choices('Roads and potholes', 'b', 'c'), 'button'],
    ['one of nineteen', choices('Roads and potholess', 'b'), 'list'],
    ['four', choices('a', 'b', 'c', 'd'), 'list'],
    [
      'two with details',
      [
        { id: 'a', label: 'Yes', detail: '80 m away' },
        { id: 'b', label: 'No' },
      ],
      'list',
    ],
    ['ten', choices(...'abcdefghij'), 'list'],
    ['eleven', choices(...'abcdefghijk'), 'text'],
    [
      'ids that are the same',
      [
        { id: 'a', label: 'Yes' },
        { id: 'a', label: 'No' },
      ],
      'text',
    ],
  ])('%s', (_, offered, type) => {
    expect(types({ text: 'Which one?', choices: offered })).toEqual([type]);
  });

  it('stand with their numbers on buttons', () => {
    expect(last({ text: 'Right?', choices: yesNo })?.buttons).toEqual([
      { id: 'report.right.yes', title: '1 Yes' },
      { id: 'report.right.no', title: '2 No' },
    ]);
  });

  it('stand without numbers where a number would answer nothing', () => {
    expect(
      last({ text: 'Done.', choices: yesNo, numbered: false })?.buttons.map(({ title }) => title),
    ).toEqual(['Yes', 'No']);
  });

  it('get numbers nevertheless where nobody could tell them apart', () => {
    const same = choices('A drain behind the market', 'A drain behind the school');
    const titles = last({ text: '?', choices: same, numbered: false })?.buttons.map(({ title }) => title);
    expect(titles?.map((title) => title[0])).toEqual(['1', '2']);
  });

  it('of a list say in full below what their title cannot', () => {
    const offered = [
      { id: 'a', label: 'A choked drain or a flooded road', detail: '80 m away' },
      { id: 'b', label: 'No' },
    ];
    expect(last({ text: 'Which one?', choices: offered })).toMatchObject({
      text: 'Which one?',
      opens: '1 – 2',
      buttons: [
        { title: '1 A choked drain or a f…', description: 'A choked drain or a flooded road · 80 m away' },
        { title: '2 No' },
      ],
    });
  });

  it('are said in the words, numbered, when even a list cannot say them; few of them are buttons then', () => {
    const long = 'A choked drain behind the second market shed at Kojokrom where the water stands';
    expect(last({ text: 'Which one?', choices: choices('Yes', long) })).toMatchObject({
      type: 'button',
      text: `Which one?\n\n1 Yes\n2 ${long}`,
      buttons: [{ title: '1 Yes' }, { title: '2 A choked drain be…' }],
    });
    expect(types({ text: 'Which one?', choices: choices('a', 'b', 'c', long) })).toEqual(['list']);
  });

  it('become a list under words that are too long for buttons', () => {
    const at = (length: number) => types({ text: 'x'.repeat(length), choices: yesNo });
    expect([at(1024), at(1025), at(4096)]).toEqual([['button'], ['list'], ['list']]);
  });

  it('are the words when there are none', () => {
    expect(last({ text: '', choices: yesNo })?.text).toBe('1 Yes\n2 No');
  });
});

describe('write: photos, voices, files, places', () => {
  it('one photo with words and buttons is one bubble', () => {
    const content = { text: 'KS-7F3Q', media: [photo()], choices: yesNo };
    expect(payloads(content)).toMatchObject([
      { interactive: { type: 'button', header: { type: 'image', image: { id: { $file: 'photo1' } } } } },
    ]);
  });

  it('one photo with words is one bubble while they fit under it', () => {
    const at = (length: number) => types({ text: 'x'.repeat(length), media: [photo()] });
    expect([at(0), at(1024), at(1025)]).toEqual([['image'], ['image'], ['image', 'text']]);
  });

  it('a list bears no photo, so that it goes before', () => {
    expect(types({ text: '?', media: [photo()], choices: choices('a', 'b', 'c', 'd') })).toEqual([
      'image',
      'list',
    ]);
  });

  it('the words are last, and only they are the letter', () => {
    const place = { latitude: 4.8976, longitude: -1.7603, name: 'Market Circle' };
    const media: Media[] = [photo('a'), photo('b'), { kind: 'voice', file: 'v', mime: 'audio/ogg' }];
    const requests = write(letterTo(AMA, { text: 'KS-7F3Q', media, place }));
    expect(requests.map(({ payload, main }) => [payload.type, main])).toEqual([
      ['image', undefined],
      ['audio', undefined],
      ['location', undefined],
      ['image', true],
    ]);
    expect(requests.at(-1)?.payload).toMatchObject({ image: { id: { $file: 'a' }, caption: 'KS-7F3Q' } });
  });

  it('words stand under a file too', () => {
    const paper: Media = { kind: 'file', file: 'paper1', mime: 'application/pdf' };
    expect(payloads({ text: 'Read this', media: [paper] })).toMatchObject([
      { document: { id: { $file: 'paper1' }, filename: 'kasa.pdf', caption: 'Read this' } },
    ]);
  });

  it('what WhatsApp does not show as a picture or play goes as a file', () => {
    expect(types({ text: '', media: [{ kind: 'photo', file: 'p', mime: 'image/webp' }] })).toEqual([
      'document',
    ]);
    expect(types({ text: '', media: [{ kind: 'voice', file: 'v', mime: 'audio/webm' }] })).toEqual([
      'document',
    ]);
    expect(types({ text: '', media: [{ kind: 'voice', file: 'v', mime: 'audio/mpeg' }] })).toEqual(['audio']);
  });

  it('leaves out what was never stored', () => {
    expect(types({ text: 'Hello', media: [{ kind: 'photo', source: 'x', trouble: 'unreachable' }] })).toEqual(
      ['text'],
    );
  });

  it('a lone place is the letter', () => {
    const place = { latitude: 4.8976, longitude: -1.7603, name: 'Market Circle' };
    expect(payloads({ text: '', place })).toMatchObject([{ type: 'location', location: place }]);
  });

  it('asks for a place natively, unless there are choices or many words', () => {
    const asked = { text: 'Where is it?', wants: 'location' as const };
    expect(types(asked)).toEqual(['location_request_message']);
    expect(types({ ...asked, choices: yesNo })).toEqual(['button']);
    expect(types({ ...asked, text: 'x'.repeat(1025) })).toEqual(['text']);
    expect(types({ text: 'Send a photo', wants: 'photo' })).toEqual(['text']);
  });

  it('says what goes on in private in words alone, for there is nowhere else', () => {
    expect(types({ text: 'Between us.', inPrivate: { start: 'report', label: 'Go on' } })).toEqual(['text']);
  });
});

describe('write: edits and marks', () => {
  it('sends nothing for an edit, whatever it says', () => {
    expect(payloads({ text: 'Taken by Kofi', choices: yesNo }, { edits: 'wamid.70' })).toEqual([]);
  });

  it.each([
    ['sent', '👍'],
    ['arrived', '✅'],
    ['failed', '❌'],
  ] as const)('marks a letter as %s', (mark, emoji) => {
    expect(payloads({ text: '' }, { reaction: { on: 'wamid.7', mark } })).toMatchObject([
      { type: 'reaction', reaction: { message_id: 'wamid.7', emoji } },
    ]);
  });

  it('marks nothing that has no name at Meta', () => {
    expect(payloads({ text: '' }, { reaction: { on: 'preference:1', mark: 'sent' } })).toEqual([]);
  });
});

describe('write: templates', () => {
  const template: Template = {
    kind: 'news',
    language: 'es',
    values: ['KS-7F3Q'],
    choice: { id: 'open', label: 'Show me' },
  };
  const content: Content = { text: 'There is news.', choices: [template.choice], numbered: false, template };
  const names = { news: 'kasa_news' };

  it('goes with its values and what its button brings back', () => {
    expect(payloads(content, {}, { names, languages: ['en', 'es'] })).toMatchObject([
      {
        type: 'template',
        template: {
          name: 'kasa_news',
          language: { code: 'es' },
          components: [
            { type: 'body', parameters: [{ type: 'text', text: 'KS-7F3Q' }] },
            {
              type: 'button',
              sub_type: 'quick_reply',
              index: '0',
              parameters: [{ type: 'payload', payload: 'open' }],
            },
          ],
        },
      },
    ]);
  });

  it.each([
    [['en_GH', 'es'], 'es'],
    [['en', 'es_MX'], 'es_MX'],
    [['en_GH', 'fr'], 'en_GH'],
  ] as [[string, ...string[]], string][])('of %j takes %s for Spanish', (languages, code) => {
    expect(payloads(content, {}, { names, languages })[0]).toMatchObject({
      template: { language: { code } },
    });
  });

  it('is words where Meta knows none of the kind', () => {
    expect(
      payloads(content, {}, { names: { week: 'kasa_week' }, languages: ['en'] }).map(shownIn),
    ).toMatchObject([
      { type: 'button', text: 'There is news.', buttons: [{ id: 'open', title: 'Show me' }] },
    ]);
  });

  it('bears any value', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 400, size: 'max' }), { maxLength: 3 }),
        (values) => {
          const [payload] = payloads(
            { ...content, template: { ...template, values } },
            {},
            { names, languages: ['en'] },
          );
          expect(shownIn(payload as Params).template?.values).toHaveLength(values.length);
        },
      ),
    );
  });
});

describe('write: any letter', () => {
  // Without its size fast-check makes short ones only.
  const line = (maxLength: number) => fc.string({ unit: 'grapheme', maxLength, size: 'max' });
  const label = fc.oneof(line(15), line(40), line(120));
  const text = fc.oneof(
    line(60),
    fc.array(line(200), { maxLength: 60, size: 'max' }).map((lines) => lines.join('\n')),
  );
  const mime = fc.constantFrom(undefined, 'image/jpeg', 'image/webp', 'audio/ogg', 'application/pdf');
  const medium: fc.Arbitrary<Media> = fc.record({
    kind: fc.constantFrom('photo' as const, 'voice' as const, 'file' as const),
    file: fc.constantFrom('f1', 'f2', 'f3'),
    mime,
  }) as fc.Arbitrary<Media>;
  const content: fc.Arbitrary<Content> = fc.record(
    {
      text,
      choices: fc
        .array(fc.record({ label, detail: fc.option(label, { nil: undefined }) }), {
          maxLength: 13,
          size: 'max',
        })
        .map((all) => all.map((one, n) => ({ id: `flow.step.${n}`, ...one }) as Choice)),
      numbered: fc.boolean(),
      media: fc.array(medium, { maxLength: 4, size: 'max' }),
      wants: fc.constantFrom('location' as const, 'photo' as const),
      place: fc.record({
        latitude: fc.double({ min: -90, max: 90, noNaN: true }),
        longitude: fc.double({ min: -180, max: 180, noNaN: true }),
        name: line(400),
      }),
    },
    { requiredKeys: ['text'] },
  );
  /** What is left when blanks do not count. */
  const letters = (given: string) => given.replace(/\s/g, '');

  it('stays within every limit of Meta’s, and loses nothing', () => {
    fc.assert(
      fc.property(content, (given) => {
        const requests = write(letterTo(AMA, given));
        const seen = requests.map(({ payload }) => {
          const asked = JSON.parse(
            JSON.stringify(payload).replace(/\{"\$file":"(\w+)"\}/g, '"$1"'),
          ) as Params;
          checkFrame(asked);
          return shownIn(asked);
        });
        const isEmpty = !given.text.trim() && !given.choices?.length && !given.media?.length && !given.place;
        expect(requests.filter(({ main }) => main)).toHaveLength(isEmpty ? 0 : 1);
        expect(seen.filter(({ media }) => media)).toHaveLength(given.media?.length ?? 0);
        expect(seen.filter(({ location }) => location)).toHaveLength(given.place ? 1 : 0);
        const all = letters(
          seen
            .flatMap(({ text: said, buttons }) => [
              said,
              ...buttons.flatMap(({ title, description = '' }) => [title, description]),
            ])
            .join(''),
        );
        expect(all).toContain(letters(given.text));
        for (const [place, choice] of (given.choices ?? []).entries()) {
          expect(all).toContain(letters(choice.label));
          expect(all).toContain(letters(choice.detail ?? ''));
          if (given.numbered !== false) expect(all).toContain(`${place + 1}`);
        }
        const tappable = seen.flatMap(({ buttons }) => buttons.map(({ id }) => id));
        const few = (given.choices?.length ?? 0) <= 10;
        expect(tappable).toEqual(few ? (given.choices ?? []).map(({ id }) => id) : []);
      }),
      // Long letters would shrink for minutes: a failure is shown as it was found.
      { numRuns: 300, endOnFailure: true },
    );
  });
});
