/** Desks: how one is opened and closed, what officials can do there, groups with topics, several desks, a desk that moves. */
import { describe, expect, it } from 'vitest';
import { FAULTS } from '../channels/telegram/standin.ts';
import { cardOf, DAY, everSaidIn, reportDrain, SECOND, type Street, since, useStreets } from './street.ts';

const streets = useStreets();
let street: Street;

async function openDesk(kind: { forum?: boolean; small?: boolean } = {}) {
  street = await streets.open();
  const { standin, settle } = street;
  const ama = standin.person('Ama');
  const kofi = standin.person('Kofi');
  const works = standin.group('Works', kind);
  await street.desk(works, 'works', kofi);
  return { standin, settle, ama, kofi, works };
}

describe('a desk is opened', () => {
  it('with a code that works once, and expires', async () => {
    const { standin, settle, kofi, works } = await openDesk();
    expect(works.heard.at(-1)?.text).toMatch(/^This is now a desk of Works/);
    const roads = standin.group('Roads');
    const said = async (text: string) => {
      kofi.in(roads).say(text);
      await settle();
      return roads.heard.at(-1)?.text;
    };
    expect(await said('/desk')).toMatch(/^To open a desk here/);
    expect(await said('/desk ABCDE-FGHJK')).toMatch(/^That code is wrong/);
    const code = await street.code('roads');
    const late = await street.code('waste');
    expect(await said(`/desk ${code.toLowerCase().replace('-', ' ')}`)).toMatch(
      /^This is now a desk of Urban Roads/,
    );
    expect(await said(`/desk ${code}`)).toMatch(/^That code is wrong/);
    street.leap(4 * DAY);
    expect(await said(`/desk ${late}`)).toMatch(/^That code is wrong/);
  });

  it('after reports were made: they come then, with what was said meanwhile', async () => {
    street = await streets.open();
    const { standin, settle } = street;
    const ama = standin.person('Ama');
    const reference = await reportDrain(street, ama);
    ama.say(reference);
    await settle();
    ama.tap('Add something');
    await settle();
    ama.say('now it floods the road');
    await settle();
    const works = standin.group('Works');
    await street.desk(works, 'works', standin.person('Kofi'));
    const card = cardOf(works, reference);
    expect(works.heard.at(-1)).toMatchObject({ replyTo: card.messageId });
    expect(works.heard.at(-1)?.text).toContain('“now it floods the road”');
  });

  it('and closed: its buttons do nothing more, and reports wait for another one', async () => {
    const { standin, settle, ama, kofi, works } = await openDesk();
    const first = await reportDrain(street, ama);
    kofi.in(works).say('/desk close');
    await settle();
    expect(works.heard.at(-1)?.text).toMatch(/^This is no desk any more/);
    const second = await reportDrain(street, ama, { words: 'choked gutter at Kojokrom' });
    const heard = works.heard.length;
    kofi.in(works).tap('Resolved', cardOf(works, first));
    await settle();
    expect(since(works, heard)).toBe('');
    expect(since(ama, ama.heard.length - 1)).not.toContain('resolved');
    const again = standin.group('Works, again');
    await street.desk(again, 'works', kofi);
    expect(again.heard.map(({ text }) => text.slice(0, 7))).toEqual(expect.arrayContaining([first, second]));
  });

  it('the bot is thrown out: reports wait, and come when it is asked back', async () => {
    const { standin, settle, ama, kofi, works } = await openDesk();
    const first = await reportDrain(street, ama);
    works.removeBot(kofi);
    await settle();
    const second = await reportDrain(street, ama, { words: 'choked gutter at Kojokrom' });
    const before = standin.requests.filter(({ params }) => Number(params.chat_id) === works.id).length;
    await street.pass(DAY);
    expect(standin.requests.filter(({ params }) => Number(params.chat_id) === works.id)).toHaveLength(before);
    const again = standin.group('Works, again');
    await street.desk(again, 'works', kofi);
    expect(cardOf(again, first).text).toContain('Market Circle');
    expect(cardOf(again, second).text).toContain('Kojokrom');
  });

  it('by one official alone, who answers by quoting and is still a resident', async () => {
    street = await streets.open();
    const { standin, settle } = street;
    const ama = standin.person('Ama');
    const kofi = standin.person('Kofi');
    kofi.say(`/desk ${await street.code('works')}`);
    await settle();
    const reference = await reportDrain(street, ama);
    kofi.quote(cardOf(kofi, reference), 'We come tomorrow');
    await settle();
    expect(ama.heard.at(-1)?.text).toContain('We come tomorrow');
    kofi.tap('I take it', cardOf(kofi, reference));
    await settle();
    expect(cardOf(kofi, reference).text).toContain('Taken by Kofi');
    for (const link of [reference, 'report']) {
      const heard = ama.heard.length;
      kofi.start(link);
      await settle();
      expect(since(ama, heard)).toBe('');
    }
    kofi.say('/menu');
    await settle();
    expect(
      kofi.heard
        .at(-1)
        ?.buttons.flat()
        .map(({ text }) => text),
    ).toContain('1 Report a problem');
    kofi.say('cancel');
    await settle();
    const own = await reportDrain(street, kofi, { words: 'choked gutter at Kojokrom' });
    expect(cardOf(kofi, own).text).toContain('Kojokrom');
  });
});

describe('an official', () => {
  it('asks, notes inside, and is helped; plain words stay among them', async () => {
    const { settle, ama, kofi, works } = await openDesk();
    const reference = await reportDrain(street, ama);
    const card = cardOf(works, reference);
    const heard = ama.heard.length;
    kofi.in(works).say('Who goes there today?');
    kofi.in(works).quote(card, '/note the contractor is late again');
    kofi.in(works).say('/help');
    kofi.in(works).say('/open');
    kofi.in(works).say('/frobnicate');
    kofi.in(works).say('/take');
    await settle();
    expect(since(ama, heard)).toBe('');
    const answers = works.heard.slice(-5).map(({ text }) => text);
    expect(answers[0]).toBe(`${reference}: noted. It stays inside.`);
    expect(answers[1]).toContain('/note words');
    expect(answers[2]).toMatch(
      new RegExp(`One report is open:\n${reference} · Drain or flooding · Market Circle`),
    );
    expect(answers[3]).toContain('no /frobnicate here');
    expect(answers[4]).toContain('Which report?');
    kofi.in(works).tap('Ask', card);
    await settle();
    kofi.in(works).quote(works.heard.at(-1)!, 'Is it near the bank?');
    await settle();
    expect(ama.heard.at(-1)?.text).toContain('Is it near the bank?');
    kofi.in(works).quote(card, '/ask@OtherBot hm');
    await settle();
    expect(everSaidIn(street, ama.id)).not.toMatch(/contractor|Who goes there|hm"/);
  });

  it('passes it on by a button or by name; the promised date stays', async () => {
    const { standin, settle, ama, kofi, works } = await openDesk();
    const roads = standin.group('Roads');
    const efua = standin.person('Efua');
    await street.desk(roads, 'roads', efua);
    const reference = await reportDrain(street, ama);
    kofi.in(works).quote(cardOf(works, reference), 'Which side?');
    await settle();
    ama.say('by the bank');
    await settle();
    kofi.in(works).tap('Pass on', cardOf(works, reference));
    await settle();
    expect(works.heard.at(-1)?.text).toBe(`Which department shall have ${reference}?`);
    kofi.in(works).tap('More');
    await settle();
    expect(
      works.heard
        .at(-1)
        ?.buttons.flat()
        .map(({ text }) => text),
    ).toContain('NADMO (metro)');
    kofi.in(works).tap('Urban Roads', works.heard.at(-2));
    await settle();
    expect(ama.heard.at(-1)?.text).toBe(
      `${reference}: it was passed to Urban Roads. The promised date stays the same.`,
    );
    expect(cardOf(roads, reference).text).toContain('due 3 Dec');
    expect(roads.heard.at(-1)).toMatchObject({
      text: `${reference}: said before it came here:\nKofi: “Which side?”\nthe resident: “by the bank”`,
      replyTo: cardOf(roads, reference).messageId,
    });
    expect(cardOf(works, reference).text).toContain('Urban Roads answers for it now.');
    expect(cardOf(works, reference).buttons).toEqual([]);
    efua.in(roads).quote(cardOf(roads, reference), '/pass works');
    await settle();
    expect(cardOf(works, reference).buttons.flat()).toHaveLength(6);
    expect(cardOf(roads, reference).buttons).toEqual([]);
  });

  it('says that it is not theirs, with a reason', async () => {
    const { settle, ama, kofi, works } = await openDesk();
    const reference = await reportDrain(street, ama);
    const card = cardOf(works, reference);
    kofi.in(works).tap('Not ours', card);
    await settle();
    kofi.in(works).quote(works.heard.at(-1)!, 'It belongs to the Ghana Highway Authority.');
    await settle();
    expect(ama.heard.at(-1)?.text).toContain('“It belongs to the Ghana Highway Authority.”');
    expect(card.text).toContain('Not for the assembly');
    expect(card.buttons.flat().map(({ text }) => text)).toEqual(['Open again']);
    kofi.in(works).tap('Open again', card);
    await settle();
    expect(ama.heard.at(-1)?.text).toBe(`${reference} is open again.`);
  });
});

describe('a group with topics', () => {
  async function openForum() {
    const opened = await openDesk({ forum: true });
    const reference = await reportDrain(street, opened.ama);
    const topic = opened.works.topics[0]?.id ?? 0;
    return { ...opened, reference, topic };
  }

  it('has a topic for each report; /r and quotes are passed on, plain words stay inside', async () => {
    const { settle, ama, kofi, works, reference, topic } = await openForum();
    expect(works.topics).toEqual([{ id: topic, name: `${reference} Drain or flooding`, closed: false }]);
    expect(cardOf(works, reference).topic).toBe(topic);
    const second = await reportDrain(street, ama, { words: 'choked gutter at Kojokrom' });
    expect(works.topics).toHaveLength(2);
    const inside = kofi.in(works, topic);
    const heard = ama.heard.length;
    inside.say('let us send Yaw');
    await settle();
    expect(since(ama, heard)).toBe('');
    inside.say('/r We come on Friday');
    await settle();
    expect(since(ama, heard)).toContain(`Works (${reference}): We come on Friday`);
    inside.quote(cardOf(works, reference), 'With a new gang');
    await settle();
    expect(since(ama, heard)).toContain('With a new gang');
    ama.quote(ama.heard.at(-1)!, 'thank you');
    await settle();
    expect(works.heard.at(-1)).toMatchObject({ topic, text: `${reference}, the resident:\n“thank you”` });
    inside.say('/open');
    await settle();
    expect(works.heard.at(-1)).toMatchObject({ topic });
    expect(works.heard.at(-1)?.text).toContain(second);
  });

  it('deleted by hand or closed, it is made again with its card, and nothing is lost', async () => {
    const { settle, ama, kofi, works, reference, topic } = await openForum();
    works.deleteTopic(topic);
    ama.say(reference);
    await settle();
    ama.tap('Add something');
    await settle();
    ama.say('it smells now');
    await settle();
    const [made] = works.topics;
    expect(made?.id).not.toBe(topic);
    const there = works.heard.filter((heard) => heard.topic === made?.id);
    expect(there[0]?.text).toMatch(new RegExp(`^${reference} ·`));
    expect(there.at(-1)?.text).toContain('“it smells now”');
    kofi.in(works, made?.id).tap('I take it', there[0]);
    await settle();
    expect(there[0]?.text).toContain('Taken by Kofi');
    works.closeTopic(made?.id ?? 0, kofi);
    await settle();
    ama.say(reference);
    await settle();
    ama.tap('Add something');
    await settle();
    ama.say('and worse');
    await settle();
    expect(works.heard.at(-1)?.text).toContain('“and worse”');
    expect(works.heard.at(-1)?.topic).not.toBe(made?.id);
  });
});

describe('desks side by side', () => {
  it('of one department all have the card, and all see who took it', async () => {
    const { standin, settle, ama, kofi, works } = await openDesk();
    const night = standin.group('Works at night');
    await street.desk(night, 'works', kofi);
    const reference = await reportDrain(street, ama);
    kofi.in(night).tap('I take it', cardOf(night, reference));
    await settle();
    for (const desk of [works, night]) expect(cardOf(desk, reference).text).toContain('Taken by Kofi');
    ama.say(reference);
    await settle();
    ama.tap('Add something');
    await settle();
    ama.say('hurry');
    await settle();
    for (const desk of [works, night]) expect(desk.heard.at(-1)?.text).toContain('hurry');
  });

  it('the front desk answers for departments without one', async () => {
    street = await streets.open();
    const { standin, settle } = street;
    const front = standin.group('Client Service');
    const abena = standin.person('Abena');
    await street.desk(front, 'client', abena);
    const ama = standin.person('Ama');
    const reference = await reportDrain(street, ama);
    abena.in(front).tap('I take it', cardOf(front, reference));
    await settle();
    expect(ama.heard.at(-1)?.text).toBe(`${reference}: Works has taken it up.`);
  });

  it('becomes a supergroup in the middle of it', async () => {
    const { settle, ama, kofi, works } = await openDesk({ small: true });
    const reference = await reportDrain(street, ama);
    works.upgrade(kofi);
    await settle();
    ama.say(reference);
    await settle();
    ama.tap('Add something');
    await settle();
    ama.say('still there?');
    await settle();
    expect(works.heard.at(-1)?.text).toContain('still there?');
    kofi.in(works).quote(works.heard.at(-1)!, 'We are');
    await settle();
    expect(ama.heard.at(-1)?.text).toContain('We are');
    kofi.in(works).quote(works.heard.at(-1)!, '/take');
    await settle();
    expect(cardOf(works, reference).text).toContain('Taken by Kofi');
    const cards = () => works.heard.filter(({ text }) => text.startsWith(`${reference} ·`)).length;
    const before = cards();
    kofi.in(works).tap('In progress', cardOf(works, reference));
    await settle();
    expect(cardOf(works, reference).text).toContain('In progress');
    expect(cards()).toBe(before);
  });
});

describe('a busy desk', () => {
  it('stays within 20 a minute; changes are joined and the last one is shown', async () => {
    const { standin, settle, ama, kofi, works } = await openDesk();
    const reference = await reportDrain(street, ama);
    const card = cardOf(works, reference);
    for (let time = 0; time < 15; time++) {
      kofi.in(works).quote(card, '/done');
      kofi.in(works).quote(card, '/reopen');
    }
    kofi.in(works).quote(card, '/start');
    await settle();
    expect(card.text).toContain('In progress (Kofi)');
    expect(card.edits).toBeLessThan(10);
    expect(standin.requests.filter(({ description }) => description?.startsWith('Too Many'))).toEqual([]);
  });

  it('is asked to wait by Telegram: everything of the channel waits, and then goes', async () => {
    const { standin, settle, ama, kofi, works } = await openDesk();
    const reference = await reportDrain(street, ama);
    standin.fail('editMessageText', FAULTS.tooMany(30));
    const from = street.world.now().getTime();
    kofi.in(works).tap('I take it', cardOf(works, reference));
    await street.round();
    ama.say('menu');
    await street.round();
    await street.round();
    expect(ama.heard.at(-1)?.text).not.toContain('What can I do');
    await settle();
    expect(street.world.now().getTime() - from).toBeGreaterThanOrEqual(30 * SECOND);
    expect(
      ama.heard
        .slice(-2)
        .map(({ text }) => text)
        .join(),
    ).toMatch(/What can I do/);
    expect(cardOf(works, reference).text).toContain('Taken by Kofi');
  });
});
