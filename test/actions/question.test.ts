/** What a letter asks about, and which letters only look like questions. */
import { expect, it } from 'vitest';
import { questionIn } from '../../src/actions/question.ts';
import { loadEditorial } from '../../src/content.ts';

const { voice } = loadEditorial('Africa/Accra');

it.each([
  ['what is being built near Kojokrom?', 'projects', 'kojokrom'],
  ['Good morning. When will the Sekondi market be finished?', 'projects', 'sekondi market'],
  ['please show me projects in Anaji', 'projects', 'anaji'],
  ['projects', 'projects', ''],
  ['how much did the market circle cost', 'projects', 'market circle'],
  ['what did you promise about sanitation?', 'commitments', ''],
  ['what happened to my report', 'reports', ''],
  ['when is the refuse at Anaji collected?', 'unsure', ''],
  ['¿qué obras hay en Anaji?', 'projects', 'anaji'],
  ['¿cuándo acaban el mercado?', 'projects', 'mercado'],
])('%s', (text, about, named) => {
  const asked = questionIn(voice, 'en', text, false);
  expect(asked).toMatchObject({ about });
  if (about === 'projects') expect(asked?.named).toBe(named);
});

it.each([
  'the drain at Market Circle is choked again, can you send somebody?',
  'why is the gutter at Ketan still choked?',
  'The building at Anaji has collapsed. Who is building it?',
  'I told them when they came and nothing happened',
  'Kojokrom',
  '',
  '???',
])('"%s" is no question to answer', (text) => {
  expect(questionIn(voice, 'en', text, false)).toBeUndefined();
});

it('takes a vague word for the topic only where no problem is sure', () => {
  const fee = 'how much does a permit cost?';
  expect(questionIn(voice, 'en', fee, false)).toMatchObject({ about: 'projects' });
  expect(questionIn(voice, 'en', fee, true)).toMatchObject({ about: 'unsure' });
});

it('says in which language it was asked', () => {
  expect(questionIn(voice, 'es', 'what is being built at Anaji', false)).toMatchObject({ code: 'en' });
  expect(questionIn(voice, 'fat', 'what is being built at Anaji', false)).toMatchObject({ code: 'fat' });
});
