import { describe, expect, test } from 'vitest';
import type { Around } from '../../src/actions/action.ts';
import { categoryIn } from '../../src/actions/category.ts';
import { letterActions } from '../../src/actions/letters.ts';
import { loadEditorial } from '../../src/content.ts';
import type { Person } from '../../src/people/people.ts';

const { city, voice } = loadEditorial('Africa/Accra');

/** What residents write, and the category that an official would file it under. */
const ENGLISH: [string, string][] = [
  // Plain English, many after complaints that the assembly published.
  ['The drain at Market Circle is choked again', 'drain'],
  ['Please the gutter in front of our house is full and stinking', 'drain'],
  ['When it rains water enters our rooms at New Takoradi', 'drain'],
  ['Our area is flooded since last night', 'drain'],
  ['The culvert near Kojokrom station is blocked with sand', 'drain'],
  ['stagnant water behind the mosque is breeding mosquitoes', 'drain'],
  ['They have not lifted the communal container at Kansaworado for two weeks', 'refuse'],
  ['The refuse heap at Nkroful is growing every day', 'refuse'],
  ['rubbish has not been collected at Fijai this month', 'refuse'],
  ['People are dumping plastics on the beach', 'refuse'],
  ['there is a heap of garbage by the road at Essikado', 'refuse'],
  ['they are burning rubbish near the school', 'refuse'],
  ['Big potholes on the road to Diabene', 'road'],
  ['Our road is very bad, taxis refuse to come', 'road'],
  ['the bridge is broken on the way to Mpintsin', 'road'],
  ['the traffic light at Paa Grant does not work', 'road'],
  ['The streetlight in front of the library does not work', 'light'],
  ['street lights are off at Beach Road', 'light'],
  ['The street is dark at night and we are afraid', 'light'],
  ['no light on the street behind Fijai school', 'light'],
  ['no water at Ketan for three days', 'water'],
  ['A pipe has burst at Kweikuma, water everywhere on the road', 'water'],
  ['the taps have been dry since Monday', 'water'],
  ['the market has no toilet', 'toilet'],
  ['The public toilet at Sekondi market is full', 'toilet'],
  ['People practise open defecation at the beach', 'toilet'],
  ['loud music from the church every night', 'toilet'],
  ['Toll collectors at the market charge too much', 'market'],
  ['we need a market at Kansaworado', 'market'],
  ['the market sheds at Diabene leak', 'market'],
  ['no light in our street since Friday', 'power'],
  ['power cut at Anaji since morning', 'power'],
  ['the transformer at Tanokrom is spoilt', 'power'],
  ['an electric pole has fallen on the road', 'line'],
  ['naked wires are hanging over the school gate', 'line'],
  ['the wire fell and is sparking', 'line'],
  ['Fire at Market Circle!', 'fire'],
  ['a house is burning at Effiakuma', 'fire'],
  ['armed robbers attacked us at Kokompe last night', 'crime'],
  ['thieves broke into my shop', 'crime'],
  ['robbers took my money and my phone', 'crime'],
  ['someone is building on a waterway at Ntankoful', 'building'],
  ['how do I get a building permit', 'building'],
  ['my property rate is too high this year', 'rates'],
  ['how much is the levy for a small shop', 'rates'],
  ['hawkers have taken over the pavement', 'street'],
  ['trotro drivers are blocking the road at the lorry station', 'street'],
  ['the school roof is leaking', 'school'],
  ['the classroom has no desks', 'school'],
  ['there are no nurses at the CHPS compound', 'school'],
  ['the sea is taking our houses at Nkontompo', 'coast'],
  ['I applied for the disability fund and heard nothing', 'welfare'],
  ['my LEAP money has not come', 'welfare'],
  ['a man beats his wife in our compound', 'welfare'],
  ['a very rude officer shouted at me in the office', 'staff'],
  ['our assemblyman never comes', 'staff'],
  ['the task force harassed the women', 'staff'],
  ['they asked me for money at the permit office', 'corruption'],
  ['an officer demanded money before he would sign my permit', 'corruption'],
  ['I want to report a bribe', 'corruption'],
  ['the toll collector gave me no receipt', 'corruption'],
  ['a car accident, people are injured at the roundabout', 'crime'],
];

const PIDGIN: [string, string][] = [
  ['the gutter for Market Circle dey choke, water dey enter the shops', 'drain'],
  ['gutta for here full of sand', 'drain'],
  ['borla plenty for Kojokrom, e dey smell', 'refuse'],
  ['Zoomlion no dey come again', 'refuse'],
  ['the road don spoil papa', 'road'],
  ['potholes full the road for Ketan', 'road'],
  ['street light no dey work', 'light'],
  ['water no dey flow for 3 days', 'water'],
  ['light off since morning', 'power'],
  ['dumsor too much', 'power'],
  ['light don go again', 'power'],
  ['wire don fall for roadside', 'line'],
  ['house dey burn for Effiakuma', 'fire'],
  ['wee smokers dey worry us', 'crime'],
  ['dem dey chop the money', 'corruption'],
  ['free range too much for the beach', 'toilet'],
];

const MISSPELT: [string, string][] = [
  ['the drian is full', 'drain'],
  ['rubish everywhere', 'refuse'],
  ['gabbage is not collected', 'refuse'],
  ['pothloes at Tanokrom', 'road'],
  ['streetligth not working', 'light'],
  ['coruption in the office', 'corruption'],
  ['robery at Kokompe', 'crime'],
  ['no electricty', 'power'],
];

const SPANISH: [string, string][] = [
  ['El desagüe de Market Circle está tapado', 'drain'],
  ['se inunda la calle cuando llueve', 'drain'],
  ['la alcantarilla está atascada', 'drain'],
  ['hay mucha basura al lado del mercado', 'refuse'],
  ['el contenedor está lleno desde hace dos semanas', 'refuse'],
  ['no recogen la basura en Fijai', 'refuse'],
  ['hay un bache enorme en la carretera', 'road'],
  ['la carretera está en mal estado', 'road'],
  ['no funciona el alumbrado de mi calle', 'light'],
  ['la farola está apagada', 'light'],
  ['no hay agua en Ketan desde hace tres días', 'water'],
  ['se ha roto una tubería', 'water'],
  ['el mercado no tiene baños', 'toilet'],
  ['la letrina pública está llena', 'toilet'],
  ['el techo del mercado gotea', 'market'],
  ['se fue la luz otra vez', 'power'],
  ['no hay luz en toda la zona', 'power'],
  ['un cable caído en la calle', 'line'],
  ['hay un incendio en el mercado', 'fire'],
  ['me robaron el teléfono con un cuchillo', 'crime'],
  ['construyen sin permiso junto al río', 'building'],
  ['el impuesto es demasiado alto', 'rates'],
  ['los vendedores ambulantes ocupan la acera', 'street'],
  ['el techo de la escuela se cae', 'school'],
  ['el mar se lleva la playa', 'coast'],
  ['necesito ayuda social para mi madre', 'welfare'],
  ['el funcionario me insultó', 'staff'],
  ['me pidieron dinero en la oficina de permisos', 'corruption'],
  ['quieren un soborno', 'corruption'],
];

describe.each([
  ['English', 'en', ENGLISH],
  ['pidgin', 'en', PIDGIN],
  ['misspelt', 'en', MISSPELT],
  ['Spanish', 'es', SPANISH],
])('%s', (_, language, letters) => {
  test.each(letters)('%s → %s', (text, category) => {
    expect(categoryIn(voice, language, text)).toMatchObject({ category, language: null });
  });
});

describe('the language of the letter', () => {
  test.each([
    ['en', 'El bache de Market Circle', 'road', 'es'],
    ['en', 'hay basura en el market', 'refuse', 'es'],
    ['es', 'the market has no toilet', 'toilet', 'en'],
    // Fante has no such words yet and borrows English's: no reason to speak English.
    ['fat', 'the drain is choked', 'drain', null],
    ['fat', 'la farola está apagada', 'light', 'es'],
  ])('who speaks %s writes "%s"', (speaks, text, category, language) => {
    expect(categoryIn(voice, speaks, text)).toMatchObject({ category, language });
  });
});

test('of a very long letter the beginning is read', () => {
  const long = `the gutter is full. ${'we wrote many times and nobody came. '.repeat(300)} there is a fire`;
  expect(categoryIn(voice, 'en', long)?.category).toBe('drain');
  expect(categoryIn(voice, 'en', 'x'.repeat(10_000))).toBeUndefined();
});

describe('no category is guessed', () => {
  test.each([
    'hello',
    'good morning, how are you?',
    'the chief of our town is kind',
    'the train was late',
    'she is still small',
    'we had a good party at the park',
    'one two three',
    '🙂',
    '',
    'wan fi hɔ',
  ])('%s', (text) => {
    expect(categoryIn(voice, 'en', text)).toBeUndefined();
  });

  test('of two places of trouble named alike, neither is sure', () => {
    expect(categoryIn(voice, 'en', 'the school by the market')).toBeUndefined();
  });
});

describe('the lists', () => {
  const codes = voice.languages.filter(({ finished }) => finished).map(({ code }) => code);

  test.each(codes)(
    '%s: every category of the city but "other" has words, and no phrase stands twice',
    (code) => {
      const order = [...voice.list(code, 'categoryOrder')];
      expect([...order, 'other'].sort()).toEqual(Object.keys(city.categories).sort());
      const phrases = order.flatMap((category) => {
        const own = voice.list(code, `categoryWords.${category}`).map((words) => words.replace(/\?$/, ''));
        expect(own.length, category).toBeGreaterThan(4);
        return own;
      });
      const twice = phrases.filter((phrase, at) => phrases.indexOf(phrase) !== at);
      expect(twice).toEqual([]);
    },
  );

  test.each(codes)('%s: each phrase alone leads to its category', (code) => {
    for (const category of voice.list(code, 'categoryOrder')) {
      for (const phrase of voice.list(code, `categoryWords.${category}`)) {
        expect(categoryIn(voice, code, phrase)?.category, phrase).toBe(category);
      }
    }
  });
});

describe('what a letter without a problem means', () => {
  const kofi = { language: 'en' } as Person;
  const meaningOf = async (text: string, person = kofi): Promise<unknown> => {
    const action = letterActions['letters.understand']!;
    const calls = [{ input: { given: { text } } as never, person }];
    // The database is asked for places only once a problem was heard.
    const [outcome] = await action.run(calls, { voice, city } as unknown as Around);
    return (outcome as { meaning: string }).meaning;
  };

  test.each([
    ['hello', 'greeting'],
    ['Good morning Kasa', 'greeting'],
    ['Akwaaba!', 'greeting'],
    ['Hola', 'greeting'],
    ['helo', 'greeting'],
    ['thank you', 'thanks'],
    ['Medaase', 'thanks'],
    ['muchas gracias', 'thanks'],
    ['God bless you', 'thanks'],
    ['you are useless', 'insult'],
    ['thank you for nothing, useless people', 'insult'],
    ['you are all thieves', 'insult'],
    ['rubbish bot', 'insult'],
    ['eres un inútil', 'insult'],
    ['how are you?', 'smalltalk'],
    ['Are you a robot', 'smalltalk'],
    ['¿quién eres?', 'smalltalk'],
    ['bye', 'smalltalk'],
    ['yes', 'yes'],
    ['ok', 'yes'],
    ['nyew', 'yes'],
    ['no', 'no'],
    ['ooho', 'no'],
    ['KS-7F3Q', 'reference'],
    ['what about KS-7F3Q please', 'reference'],
    ['I want to make a complaint', 'report'],
    ['report', 'report'],
    ['quiero reportar un problema', 'report'],
    ['the right side', 'puzzled'],
    ['asdf', 'puzzled'],
    ['42', 'puzzled'],
  ])('%s → %s', async (text, meaning) => {
    expect(await meaningOf(text)).toBe(meaning);
  });

  test('a thief is a danger, not an insult', () => {
    expect(categoryIn(voice, 'en', 'thieves')).toMatchObject({ category: 'crime', language: null });
  });

  test('the answer goes on in the language of the letter', async () => {
    const action = letterActions['letters.understand']!;
    const outcomes = await action.run(
      ['Hola', 'hello'].map((text) => ({ input: { given: { text } } as never, person: kofi })),
      { voice, city } as unknown as Around,
    );
    expect(outcomes.map((outcome) => (outcome as { language: string | null }).language)).toEqual([
      'es',
      null,
    ]);
  });
});
