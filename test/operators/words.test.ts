/** What officials write where there are no buttons: commands, numbers, words of a choice, departments. Tables. */
import { describe, expect, it } from 'vitest';
import { loadEditorial } from '../../src/content.ts';
import { COMMANDS, readCommand, readMark } from '../../src/operators/commands.ts';
import { departmentsMeant } from '../../src/operators/departments.ts';
import { choiceSaid, readNumber } from '../../src/operators/quoted.ts';

const { voice, city } = loadEditorial('Africa/Accra');

/** "take", "take KS-2P9T", "note|notours" when it could be several, "?" when it is none, "" when it is no command. */
function read(text: string, language = 'en', forgiving = true): string {
  const marked = readMark(text);
  if (!marked) return '';
  const command = readCommand(voice, language, marked, forgiving);
  if (command.read === 'command') return `${command.name} ${command.words}`.trim();
  return command.read === 'several' ? command.names.join('|') : '?';
}

describe('a command', () => {
  it.each([
    ['#take', 'take'],
    ['/take', 'take'],
    ['/take@KasaBot KS-2P9T', 'take KS-2P9T'],
    ['#tak', 'take'],
    ['#TAKE', 'take'],
    ['  # Done', 'done'],
    ['#DONE.', 'done'],
    ['#Done!', 'done'],
    ['#dnoe', 'done'],
    ['#doen KS-2P9T', 'done KS-2P9T'],
    ['#resolved', 'done'],
    ['\uff03done', 'done'],
    ['#in progress', 'start'],
    ['#In Progress KS-2P9T', 'start KS-2P9T'],
    ['#not ours: a private yard', 'notours a private yard'],
    ['#notours a private yard', 'notours a private yard'],
    ['#not uors a private yard', 'notours a private yard'],
    ['#note The gang\nneeds a truck', 'note The gang\nneeds a truck'],
    ['#note: urgent', 'note urgent'],
    ['#pass roads', 'pass roads'],
    ['#pass to roads', 'pass to roads'],
    ['#pas raods', 'pass raods'],
    ['#reply We come', 'r We come'],
    ['#r We come', 'r We come'],
    ['/r We come', 'r We come'],
    ['#open', 'open'],
    ['#open again', 'reopen'],
    ['#opne', 'open'],
    ['#end talk', 'back'],
    ['#desk close', 'desk close'],
    ['/desk_help', 'desk_help'],
    ['#progres 4 limited', 'progress 4 limited'],
    ['#anounce', 'announce'],
    ['#hlep', 'help'],
  ])('%s is %s', (text, meant) => expect(read(text)).toBe(meant));

  it.each([
    ['#no', 'note|notours'],
    ['#not', 'note|notours'],
    ['#dote', 'done|note'],
    ['#do', 'done'],
    ['#re', 'done|notours|r|reopen'],
  ])('%s is asked about: nobody guesses', (text, names) => {
    const marked = readMark(text);
    const command = marked && readCommand(voice, 'en', marked, true);
    expect(command).toMatchObject({ read: 'several', names: expect.arrayContaining(names.split('|')) });
    expect(command).toHaveProperty('names.length', names.split('|').length);
  });

  it.each(['#drain', '#x', '#please come', '/polls', '#tka'])('%s is none', (text) =>
    expect(read(text)).toBe('?'),
  );

  it.each(['#1', '# 2', 'take', 'no #take', '/', '#', '', '#\ndone'])('%j is no command at all', (text) =>
    expect(read(text)).toBe(''),
  );

  it.each([
    ['#tomar', 'take'],
    ['#tomr', 'take'],
    ['#hecho', 'done'],
    ['#Hecho.', 'done'],
    ['#hehco', 'done'],
    ['#nota falta un camión', 'note falta un camión'],
    ['#pasar a roads', 'pass a roads'],
    ['#no nos toca es privado', 'notours es privado'],
    ['#en curso', 'start'],
    ['#ayuda', 'help'],
    ['#take', 'take'],
    ['#done', 'done'],
  ])('%s is %s at a desk that speaks Spanish', (text, meant) => expect(read(text, 'es')).toBe(meant));

  it('is written right where colleagues use # for their own things', () => {
    expect(read('#dnoe', 'en', false)).toBe('?');
    expect(read('#noted', 'en', false)).toBe('?');
    expect(read('#Done', 'en', false)).toBe('done');
  });

  it.each(voice.languages.map(({ code }) => code))('no word of %s means two things', (code) => {
    const meanings = new Map<string, Set<string>>();
    for (const name of COMMANDS) {
      for (const phrase of [name, ...voice.list(code, `desk.command.${name}`)])
        meanings.set(phrase, (meanings.get(phrase) ?? new Set()).add(name));
    }
    expect([...meanings].filter(([, names]) => names.size > 1)).toEqual([]);
    for (const name of COMMANDS) expect(voice.list(code, `desk.command.${name}`), name).not.toEqual([]);
  });

  it.each(['en', 'es'])('each has a line in the help of %s', (code) => {
    for (const name of COMMANDS) expect(voice.say(code, `desk.inWords.help.${name}`), name).not.toBe('');
  });
});

describe('a number', () => {
  it.each([
    ['1', 1],
    [' 2. ', 2],
    ['#3', 3],
    ['(4)', 4],
    ['no. 5', 5],
    ['2\ufe0f\u20e3', 2],
    ['\uff12', 2],
  ])('%j', (text, number) => expect(readNumber(text)).toBe(number));

  it.each(['60 %', '60%', '2 men come', '-1', 'KS-2P9T', '2026-03-31', '', 'one'])('%j is none', (text) =>
    expect(readNumber(text)).toBeUndefined(),
  );
});

describe('words of a choice', () => {
  const choices = ['Send it', 'Throw it away'].map((label, at) => ({ id: `desk:x:${at}`, label }));
  it.each([
    ['send it', 'Send it'],
    ['Send', 'Send it'],
    ['snd it', 'Send it'],
    ['THROW IT AWAY', 'Throw it away'],
    ['throw', 'Throw it away'],
  ])('%s is %s', (text, label) => expect(choiceSaid(choices, text)?.label).toBe(label));

  it.each(['send the gang', 'it', 'do not send it', 'away', 'sen', ''])('%j is none of them', (text) =>
    expect(choiceSaid(choices, text)).toBeUndefined(),
  );
});

describe('a department', () => {
  const before = voice.list('en', 'desk.passTo');
  const meant = (said: string) => departmentsMeant(city.departments, said, before).join('|');
  it.each([
    ['roads', 'roads'],
    ['Urban Roads', 'roads'],
    ['to roads', 'roads'],
    ['to the Urban Roads', 'roads'],
    ['raods', 'roads'],
    ['road', 'roads'],
    ['waste', 'waste'],
    ['Waste Managment', 'waste'],
    ['environmental', 'health'],
    ['nadmo', 'nadmo'],
    ['development', 'development'],
    ['community', 'welfare'],
  ])('%s is %s', (said, id) => expect(meant(said)).toBe(id));

  it('that could be several is all of them', () => expect(meant('planing')).toBe('planning|development'));

  it.each(['', 'to', 'zebra', 'more8', 'the road people', 'un'])('%j is none', (said) =>
    expect(meant(said)).toBe(''),
  );
});
