/** The main job from end to end: a resident reports, officials answer in their group, the resident says whether it is fixed. */
import { describe, expect, it } from 'vitest';
import { photo } from '../media/pictures.ts';
import { cardOf, DAY, everSaidIn, reportDrain, type Street, showTalk, since, useStreets } from './street.ts';

const streets = useStreets();
let street: Street;

/** Ama's report with Works, whose officials are Kofi and Yaw. */
async function openStory() {
  street = await streets.open();
  const { standin } = street;
  const ama = standin.person('Amoakoa Mensah-Quaye');
  const kofi = standin.person('Kofi');
  const yaw = standin.person('Yaw');
  const works = standin.group('Works');
  await street.desk(works, 'works', kofi);
  return { street, standin, settle: street.settle, ama, kofi, yaw, works };
}

describe('Ama reports a choked drain on Telegram', () => {
  it('in plain words, with a photo and a pin; Works answers; it is really fixed in the end', async () => {
    const { standin, settle, ama, kofi, yaw, works } = await openStory();
    ama.say('the drain at market circle is choked again, water dey enter the shops');
    await settle();
    expect(ama.heard.at(-1)?.text).toMatch(/choked drain.*Market Circle/i);
    ama.pin(4.8984, -1.7554);
    await settle();
    ama.tap('Yes');
    await settle();
    ama.tap('1 Yes');
    await settle();
    ama.say('Ama');
    await settle();
    ama.sendPhoto(await photo());
    await settle();
    expect(ama.heard.at(-1)?.text).toContain('1 photo, with your name');
    ama.tap('Send it');
    await settle();
    const reference = /KS-\w+/.exec(ama.heard.at(-1)?.text ?? '')?.[0] ?? '';
    expect(ama.heard.at(-1)?.text).toMatch(/Works.*Thursday 3 December/s);

    const card = cardOf(works, reference);
    expect(card.method).toBe('sendPhoto');
    expect(card.text).toBe(
      [
        `${reference} · Drain or flooding`,
        card.text.split('\n')[1],
        '1 voice · from Ama · sent 30 Nov · due 3 Dec',
        '“the drain at market circle is choked again, water dey enter the shops”',
        'Answer this message to write to the resident.',
      ].join('\n'),
    );
    expect(card.buttons.flat().map(({ text }) => text)).toEqual([
      'I take it',
      'In progress',
      'Resolved',
      'Ask',
      'Pass on',
      'Not ours',
    ]);
    const pin = works.heard.at(-1);
    expect(pin).toMatchObject({ method: 'sendVenue', replyTo: card.messageId });
    expect(pin?.location?.latitude).toBeCloseTo(4.8984, 3);

    kofi.in(works).tap('I take it', card);
    await settle();
    expect(ama.heard.at(-1)?.text).toBe(`${reference}: Works has taken it up.`);
    expect(card.text).toContain('\nTaken by Kofi\n');
    yaw.in(works).tap('In progress', card);
    await settle();
    expect(card.text).toContain('In progress (Kofi)');

    const letter = kofi.in(works).quote(card, 'The gang comes tomorrow. Which side of the circle?');
    await settle();
    expect(ama.heard.at(-1)?.text).toContain(
      `Works (${reference}): The gang comes tomorrow. Which side of the circle?`,
    );
    expect(standin.reactionOn(letter)).toBe('👍');
    ama.sendPhoto(await photo(), 'The side of the bank');
    await settle();
    expect(works.heard.at(-1)).toMatchObject({
      text: `${reference}, Ama:\n“The side of the bank”`,
      replyTo: card.messageId,
      method: 'sendPhoto',
    });

    kofi.in(works).tap('Resolved', card);
    await settle();
    expect(ama.heard.at(-1)?.text).toMatch(/resolved.*fixed\?/s);
    ama.tap('No, not fixed');
    await settle();
    ama.sendPhoto(await photo(), 'still full of sand');
    await settle();
    expect(ama.heard.at(-1)?.text).toBe(`${reference} is open again. Works has your words.`);
    expect(works.heard.at(-1)).toMatchObject({ method: 'sendPhoto', replyTo: card.messageId });
    expect(works.heard.at(-1)?.text).toMatch(/open again.*\n“still full of sand”/);
    expect(card.text).toContain('due 3 Dec');
    expect(card.text).not.toContain('Taken by');

    kofi.in(works).tap('Resolved', card);
    await settle();
    ama.say('yes');
    await settle();
    expect(ama.heard.at(-1)?.text).toContain(`closed ${reference}`);
    expect(card.text).toContain('\nClosed\n');
    expect(standin.openTaps).toBe(0);
    expect(everSaidIn(street, works.id)).not.toMatch(/Amoakoa|Mensah|61000000/);
    expect(showTalk(works)).not.toMatch(/\n \n/);
  });

  it('the first official takes it, the second is told', async () => {
    const { settle, ama, kofi, yaw, works } = await openStory();
    const reference = await reportDrain(street, ama);
    const card = cardOf(works, reference);
    kofi.in(works).tap('I take it', card);
    yaw.in(works).tap('I take it', card);
    await settle();
    expect(works.heard.at(-1)?.text).toBe(`${reference}: Kofi has taken it already.`);
    expect(ama.heard.filter(({ text }) => text.includes('taken it up'))).toHaveLength(1);
  });

  it('Esi joins with her voice, and both hear what happens', async () => {
    const { standin, settle, ama, kofi, works } = await openStory();
    const reference = await reportDrain(street, ama, { name: 'Ama' });
    const card = cardOf(works, reference);
    const esi = standin.person('Esi');
    esi.say('choked gutter at Market Circle, it smells');
    await settle();
    esi.tap('Yes');
    await settle();
    esi.tap('1 Yes');
    await settle();
    esi.say('Esi');
    await settle();
    esi.tap(reference);
    await settle();
    expect(esi.heard.at(-1)?.text).toContain(`Your voice is added to ${reference}`);
    expect(card.text).toContain('2 voices · from Ama');
    expect(works.heard.at(-1)?.text).toBe(
      `${reference}, another resident:\n“choked gutter at Market Circle, it smells”`,
    );
    kofi.in(works).tap('I take it', card);
    await settle();
    for (const person of [ama, esi]) {
      expect(person.heard.at(-1)?.text).toBe(`${reference}: Works has taken it up.`);
    }
    expect(everSaidIn(street, works.id)).not.toContain('Esi');
  });

  it('her name, ids and number never reach the desk when she wants none', async () => {
    const { standin, settle, ama, kofi, works } = await openStory();
    const reference = await reportDrain(street, ama);
    const card = cardOf(works, reference);
    kofi.in(works).quote(card, 'Who should we ask for?');
    await settle();
    ama.say('ask at the kiosk');
    await settle();
    ama.quote(ama.heard.at(-1)!, 'the blue one');
    await settle();
    ama.send({ contact: { phone_number: '+233201234567', first_name: 'Amoakoa', user_id: ama.id } });
    await settle();
    kofi.in(works).tap('Resolved', card);
    await settle();
    ama.say('no');
    await settle();
    ama.say('it still overflows');
    await settle();
    const told = everSaidIn(street, works.id);
    expect(told).toContain('the blue one');
    expect(told).toContain('it still overflows');
    expect(told).toContain('without a name');
    expect(told).not.toMatch(new RegExp(`Amoakoa|Mensah|${ama.id}|2332012|${standin.username}_`));
    expect(JSON.stringify(street.log.lines)).not.toMatch(/Amoakoa|kiosk|overflows|233201|Market/);
  });

  it('has blocked the bot: the official sees it, and nothing is tried again', async () => {
    const { standin, settle, ama, kofi, works } = await openStory();
    const reference = await reportDrain(street, ama);
    const card = cardOf(works, reference);
    ama.block();
    await settle();
    const letter = kofi.in(works).quote(card, 'Which side?');
    await settle();
    expect(standin.reactionOn(letter)).toBe('👎');
    expect(works.heard.at(-1)).toMatchObject({ replyTo: card.messageId });
    expect(works.heard.at(-1)?.text).toBe(
      `The resident of ${reference} cannot be reached: they blocked the bot or left.`,
    );
    const tries = () => standin.requests.filter(({ params }) => Number(params.chat_id) === ama.id).length;
    const before = tries();
    await street.pass(2 * DAY);
    expect(tries()).toBe(before);
    ama.unblock();
    ama.say(reference);
    await settle();
    expect(ama.heard.at(-1)?.text).toContain(reference);
  });

  it('asks for a human: words and photos both ways, and handed back to the bot', async () => {
    const { standin, settle, ama, kofi } = await openStory();
    const front = standin.group('Client Service');
    const abena = standin.person('Abena');
    await street.desk(front, 'client', abena);
    ama.say('a human');
    await settle();
    ama.tap('1 Yes');
    await settle();
    ama.say('Ama');
    await settle();
    const reference = /KS-\w+/.exec(ama.heard.at(-1)?.text ?? '')?.[0] ?? '';
    const card = cardOf(front, reference);
    expect(card.text).toBe(
      `${reference} · A resident asks for a person\nfrom Ama · sent 30 Nov\nAnswer this message to write to the resident.`,
    );
    ama.say('My rate bill is wrong');
    await settle();
    expect(front.heard.at(-1)?.text).toBe(`${reference}, Ama:\n“My rate bill is wrong”`);
    const heard = ama.heard.length;
    abena.in(front).quote(front.heard.at(-1)!, 'Send me a photo of it');
    await settle();
    expect(since(ama, heard)).toBe('Client Service Unit: Send me a photo of it');
    ama.sendPhoto(await photo());
    await settle();
    expect(front.heard.at(-1)?.photo).toBeDefined();
    abena.in(front).tap('End, back to the bot', card);
    await settle();
    expect(ama.heard.at(-1)?.text).toContain('The officer has ended the talk');
    expect(card.text).toContain('Closed');
    expect(front.heard.at(-1)?.photo).toBeDefined();
    kofi.say('hello');
    await settle();
    expect(everSaidIn(street, front.id)).not.toMatch(/Amoakoa/);
  });

  it.each(['cancel', 'stop'])('leaves the talk with "%s", and the desk is told', async (word) => {
    const { standin, settle, ama } = await openStory();
    const front = standin.group('Client Service');
    await street.desk(front, 'client', standin.person('Abena'));
    ama.say('a human');
    await settle();
    ama.tap('without my name');
    await settle();
    ama.say('hello, is somebody there?');
    await settle();
    const reference = /KS-\w+/.exec(front.heard.at(-1)?.text ?? '')?.[0] ?? '';
    ama.say(word);
    await settle();
    expect(front.heard.at(-1)).toMatchObject({ replyTo: cardOf(front, reference).messageId });
    expect(front.heard.at(-1)?.text).toContain('has left the talk');
    expect(cardOf(front, reference).buttons).toEqual([]);
    expect(cardOf(front, reference).text).not.toContain('Answer this message');
  });
});
