/**
 * The real library in a real browser, joined to a page that stands in for WhatsApp's (standin/page.js). What this shows:
 * the channel, the library, puppeteer and the browser work together. What it cannot: that today's WhatsApp behaves so.
 */
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SendError } from '../../../src/channels/channel.ts';
import type { Media } from '../../../src/engine/content.ts';
import { AMA, letterTo, mayRun, openBench, PIXEL, SOON, type WebBench } from './bench.ts';

const GROUP = '120363000000000001@g.us';
const YAW = '88000000001@lid';
const here = readdirSync('.');
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

describe.runIf(mayRun())('a paired phone in a browser', () => {
  let bench: WebBench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench?.close());

  const next = async (count = 1) => {
    const from = bench.received.length;
    return (say: () => Promise<unknown>) =>
      say().then(() =>
        vi.waitFor(() => {
          expect(bench.received.length).toBeGreaterThanOrEqual(from + count);
          return bench.received[from]!;
        }, SOON),
      );
  };
  const hear = async (given: Parameters<WebBench['say']>[0]) => (await next())(() => bench.say(given));
  const lastSent = async () => (await bench.sent()).at(-1)!;
  const failure = async (sending: Promise<unknown>) => {
    const error = await sending.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(SendError);
    return error as SendError;
  };
  const browserPid = () => bench.phones.at(-1)?.pupBrowser?.process()?.pid ?? 0;
  const runs = (pid: number) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };

  it('starts at once, shows the code to be scanned and each next one, and sends nothing meanwhile', async () => {
    const starting = bench.start();
    expect(await Promise.race([starting.then(() => 'resolved'), bench.until('pairing')])).toBe('resolved');
    expect(await bench.until('pairing')).toEqual({ kind: 'pairing', code: 'ref-1,AQID,BAUG,secret,1' });
    expect(bench.states[0]).toEqual({ kind: 'starting' });
    await vi.waitFor(() => expect(bench.printed[0]).toMatch(/Linked devices[\s\S]*▄▄▄▄▄▄▄/), SOON);
    await bench.page('nextCode()');
    await vi.waitFor(
      () => expect(bench.states.at(-1)).toMatchObject({ code: 'ref-1,AQID,BAUG,secret,1' }),
      SOON,
    );
    await vi.waitFor(() => expect(bench.printed).toHaveLength(2), SOON);
    const error = await failure(bench.channel.send(letterTo(AMA, { text: 'too early' })));
    expect(error.kind).toBe('unreachable');
  });

  it('is ready when it was scanned', async () => {
    await bench.page('scan()');
    await bench.until('ready');
  });

  it('takes a text in and sends one', async () => {
    const letter = await hear({ body: 'the drain is choked', notifyName: 'Ama' });
    expect(letter).toMatchObject({
      channel: 'whatsappweb',
      from: `whatsappweb:${AMA}`,
      name: 'Ama',
      text: 'the drain is choked',
    });
    expect(letter.externalId).toMatch(/^false_233200000001@c\.us_/);
    await vi.waitFor(async () => expect(await bench.page('seen')).toContain(AMA), SOON);
    const { externalId } = await bench.channel.send(letterTo(AMA, { text: 'https://example.org' }));
    expect(await lastSent()).toEqual({ id: externalId, to: AMA, type: 'chat', body: 'https://example.org' });
  });

  it('takes a place, photos, a voice note and a document in, and downloads their bytes', async () => {
    const pin = await hear({
      type: 'location',
      body: '/9j/thumb',
      lat: 4.9,
      lng: -1.75,
      loc: 'Market Circle\nTakoradi',
    });
    expect(pin).toMatchObject({
      text: '',
      location: { latitude: 4.9, longitude: -1.75, name: 'Market Circle' },
    });
    const file = base64(PIXEL);
    const size = PIXEL.length;
    const photo = await hear({ type: 'image', caption: 'here', mimetype: 'image/png', size, file });
    expect(photo).toMatchObject({ text: 'here', media: [{ kind: 'photo', mime: 'image/png', bytes: size }] });
    const bytes = await bench.channel.download(photo.media?.[0] as Media, 1000);
    expect(base64(bytes)).toBe(file);
    expect(
      (await failure(bench.channel.download({ kind: 'photo', source: photo.externalId }, 10))).kind,
    ).toBe('rejected');
    const voice = await hear({ type: 'ptt', mimetype: 'audio/ogg', duration: '7', file: 'T2dn' });
    expect(voice.media).toMatchObject([{ kind: 'voice', seconds: 7 }]);
    expect(await bench.channel.download(voice.media?.[0] as Media, 100)).toHaveLength(3);
    const paper = await hear({
      type: 'document',
      filename: 'a.pdf',
      caption: 'a.pdf',
      mimetype: 'application/pdf',
      file,
    });
    expect(paper).toMatchObject({ text: '', media: [{ kind: 'file' }] });
    await bench.page(`files = {}`);
    expect((await failure(bench.channel.download(voice.media?.[0] as Media, 100))).kind).toBe('rejected');
    const lost = bench.channel.download({ kind: 'photo', source: 'false_x@c.us_NOTHING' }, 100);
    expect((await failure(lost)).kind).toBe('rejected');
  });

  it('finds the letter of ours that is quoted, and quotes theirs', async () => {
    const { externalId } = await bench.channel.send(letterTo(AMA, { text: 'Which side of the circle?' }));
    const answer = await hear({ body: 'the north side', quotes: externalId });
    expect(answer.replyTo).toBe(externalId);
    await bench.channel.send(letterTo(AMA, { text: 'Thank you.' }, { replyTo: answer.externalId }));
    expect((await lastSent()).quotedId).toBe(answer.externalId);
    await bench.channel.send(letterTo(AMA, { text: 'Elsewhere' }, { replyTo: `false_${GROUP}_AC1_${AMA}` }));
    expect((await lastSent()).quotedId).toBeUndefined();
  });

  it('hears a group, and knows what is said to us there', async () => {
    const said = (body: string, more = {}) => hear({ group: GROUP, body, ...more });
    expect(await said('good morning')).toMatchObject({
      room: `whatsappweb:${GROUP}`,
      from: `whatsappweb:${AMA}`,
    });
    expect((await said('good morning')).addressed).toBeUndefined();
    expect((await said('/projects')).addressed).toBe(true);
    expect(await said('@77000000099 projects', { mentions: ['77000000099@lid'] })).toMatchObject({
      addressed: true,
      text: 'projects',
    });
    const { externalId } = await bench.channel.send(letterTo(GROUP, { text: 'KS-7F3Q · Choked drain' }));
    expect(externalId).toMatch(new RegExp(`^true_${GROUP}_[^_]+$`));
    const full = (await lastSent()).id;
    expect(await said('1', { quotes: full })).toMatchObject({ addressed: true, replyTo: externalId });
    await bench.channel.send(letterTo(GROUP, { text: 'Reminder' }, { replyTo: externalId }));
    expect((await lastSent()).quotedId).toBe(full);
    expect(bench.channel.isRoom(`whatsappweb:${GROUP}`)).toBe(true);
    expect(bench.channel.isRoom(`whatsappweb:${AMA}`)).toBe(false);
  });

  it('knows the number behind an opaque id, where WhatsApp tells it, and answers to the id', async () => {
    const letter = await hear({ from: YAW, body: 'hello' });
    expect(letter).toMatchObject({ from: `whatsappweb:${YAW}`, aliases: [`whatsappweb:${AMA}`] });
    expect((await hear({ from: '88000000002@lid', body: 'hello' })).aliases).toBeUndefined();
    await bench.channel.send(letterTo(YAW, { text: 'Akwaaba' }));
    expect((await lastSent()).to).toBe(YAW);
  });

  it('sends photos, a voice note, a document, a pin and numbered choices', async () => {
    const send = async (content: Parameters<typeof letterTo>[1]) => {
      const { externalId } = await bench.channel.send(letterTo(AMA, content));
      const sent = await bench.sent();
      return { last: sent.at(-1)!, externalId };
    };
    const { last, externalId } = await send({
      text: 'Your photo',
      media: [{ kind: 'photo', file: 'photo-1' }],
    });
    expect(last).toMatchObject({
      id: externalId,
      type: 'image',
      caption: 'Your photo',
      bytes: base64(PIXEL),
    });
    expect((await send({ text: '', media: [{ kind: 'voice', file: 'voice-1' }] })).last).toMatchObject({
      type: 'ptt',
    });
    expect((await send({ text: '', media: [{ kind: 'file', file: 'file-1' }] })).last).toMatchObject({
      type: 'document',
    });
    const place = { latitude: 4.9, longitude: -1.75, name: 'Market Circle' };
    const pin = await send({ text: 'Here it is', place });
    expect(pin.last).toMatchObject({ type: 'location', lat: 4.9, lng: -1.75, loc: 'Market Circle' });
    expect((await bench.sent()).at(-2)).toMatchObject({ id: pin.externalId, body: 'Here it is' });
    const choices = [
      { id: 'y', label: 'Yes' },
      { id: 'n', label: 'No', detail: 'another place' },
    ];
    expect((await send({ text: 'Right?', choices })).last.body).toBe('Right?\n\n1 Yes\n2 No (another place)');
    expect(
      (
        await failure(
          bench.channel.send(letterTo(AMA, { text: '', media: [{ kind: 'photo', file: 'gone' }] })),
        )
      ).kind,
    ).toBe('rejected');
  });

  it('marks a letter, changes its own, and is silent where it is too late for that', async () => {
    const theirs = await hear('thanks');
    const mark = { reaction: { on: theirs.externalId, mark: 'sent' as const } };
    expect(await bench.channel.send(letterTo(AMA, { text: '' }, mark))).toEqual({
      externalId: theirs.externalId,
    });
    expect(await bench.page('reactions')).toEqual([{ on: theirs.externalId, emoji: '👍' }]);
    const { externalId } = await bench.channel.send(letterTo(GROUP, { text: '1 of 10' }));
    const edit = (text: string) => bench.channel.send(letterTo(GROUP, { text }, { edits: externalId }));
    expect(await edit('5 of 10')).toEqual({ externalId });
    await bench.page('tooLate = true');
    expect(await edit('10 of 10')).toEqual({ externalId });
    expect(await bench.page('edits')).toMatchObject([{ text: '5 of 10' }]);
  });

  it('hears that somebody corrected a letter, once, and marks that one', async () => {
    const first = await hear('the drian is choked');
    const correct = () => bench.page(`correct('${first.externalId}', 'the drain is choked')`);
    const letter = await (await next())(correct);
    expect(letter).toMatchObject({ text: 'the drain is choked', edits: first.externalId });
    expect(letter.externalId).toBe(`e:${first.externalId}:1795000000123`);
    await correct();
    const mark = { reaction: { on: letter.externalId, mark: 'arrived' as const } };
    await bench.channel.send(letterTo(AMA, { text: '' }, mark));
    expect((await bench.page<object[]>('reactions')).at(-1)).toEqual({ on: first.externalId, emoji: '❤️' });
    expect(bench.received.filter(({ edits }) => edits !== undefined)).toHaveLength(1);
  });

  it('tells how letters fared', async () => {
    const { externalId } = await bench.channel.send(letterTo(AMA, { text: 'Resolved.' }));
    for (const ack of [2, 3, 4]) await bench.page(`tick('${externalId}', ${ack})`);
    const { externalId: lost } = await bench.channel.send(letterTo(AMA, { text: 'Lost.' }));
    await bench.page(`tick('${lost}', -1)`);
    const of = (id: string) =>
      bench.outcomes.filter((outcome) => outcome.externalId === id).map(({ status }) => status);
    await vi.waitFor(() => expect(of(externalId)).toEqual(['sent', 'arrived', 'read', 'read']), SOON);
    await vi.waitFor(() => expect(of(lost)).toEqual(['sent', 'failed']), SOON);
  });

  it('says why a letter did not go, without its words and addresses', async () => {
    await bench.page('refusing = true');
    const refused = await failure(bench.channel.send(letterTo(AMA, { text: 'a secret of Ama' })));
    expect([refused.kind, refused.cause]).toEqual(['rejected', undefined]);
    await bench.page('refusing = false');
    const nobody = await failure(
      bench.channel.send(letterTo('233200000404@c.us', { text: 'a secret of Ama' })),
    );
    expect(nobody.kind).toBe('blocked');
    expect(`${refused}${nobody}`).not.toMatch(/secret|2332/);
  });

  it('sends nothing while the page has no line to WhatsApp', async () => {
    await bench.page("become('TIMEOUT')");
    expect(await bench.until('away')).toMatchObject({ why: 'no connection to WhatsApp' });
    expect((await failure(bench.channel.send(letterTo(AMA, { text: 'now?' })))).kind).toBe('unreachable');
    await bench.page("become('CONNECTED')");
    await bench.until('ready');
    await bench.channel.send(letterTo(AMA, { text: 'now.' }));
  });

  it('asked for no module that the page does not know', async () => {
    expect(await bench.page('unknown')).toEqual([]);
  });

  it('is restarted without a code, and hands in once what arrived meanwhile', async () => {
    await bench.page(`later({ from: '${AMA}', id: 'NIGHT1', body: 'in the night' })`);
    await bench.page(`later({ from: '${AMA}', id: 'NIGHT2', body: 'and again' })`);
    const pid = browserPid();
    await bench.channel.stop();
    expect(runs(pid)).toBe(false);
    bench.received.length = 0;
    bench.states.length = 0;
    const refused: string[] = [];
    await bench.start(async (messages) => {
      if (refused.length < 2) {
        refused.push(messages[0]?.text ?? '');
        expect(await bench.page('seen')).toEqual([]);
        throw new Error('the database is away');
      }
      bench.received.push(...messages);
    });
    await vi.waitFor(() => expect(bench.received).toHaveLength(2), SOON);
    expect(bench.received.map(({ text }) => text)).toEqual(['in the night', 'and again']);
    expect(refused).toEqual(['in the night', 'in the night']);
    expect(bench.states.map(({ kind }) => kind)).toEqual(['starting', 'ready']);
    await vi.waitFor(async () => expect(await bench.page('seen')).toEqual([AMA]), SOON);
  });

  it('comes back without a code when the browser is killed in the middle of a sending', async () => {
    await bench.page('hanging = true');
    const sending = failure(bench.channel.send(letterTo(AMA, { text: 'half' })));
    await vi.waitFor(async () => expect((await lastSent())?.body).toBe('half'), SOON);
    bench.states.length = 0;
    process.kill(browserPid(), 'SIGKILL');
    expect((await sending).kind).toBe('unknown');
    await vi.waitFor(
      () => expect(bench.states).toContainEqual(expect.objectContaining({ kind: 'away' })),
      SOON,
    );
    await bench.until('ready');
    expect(bench.states.map(({ kind }) => kind)).toEqual(['away', 'starting', 'ready']);
    await bench.channel.send(letterTo(AMA, { text: 'whole' }));
    expect(await lastSent()).toMatchObject({ body: 'whole' });
  });

  it('comes back from a conflict', async () => {
    bench.states.length = 0;
    // The page may be gone before it answers.
    await bench.page("become('CONFLICT')").catch(() => {});
    await vi.waitFor(
      () => expect(bench.states[0]).toMatchObject({ kind: 'away', why: 'WhatsApp is open elsewhere' }),
      SOON,
    );
    await bench.until('ready');
  });

  it('shows a new code when the phone has put it out, and can be paired again', async () => {
    bench.states.length = 0;
    await bench.page('logout()').catch(() => {});
    await bench.until('pairing');
    expect(bench.states.map(({ kind }) => kind)).toEqual(['loggedOut', 'starting', 'pairing']);
    await bench.page('scan()');
    await bench.until('ready');
    expect(await hear('still there?')).toMatchObject({ text: 'still there?' });
  });

  it('leaves no browser and nothing in the working folder when it stops, not even when a start fails', async () => {
    const pid = browserPid();
    await bench.channel.stop();
    expect(runs(pid)).toBe(false);
    const broken = await openBench({ page: { folder: bench.folder, version: 'missing' } });
    await broken.start();
    await broken.until('away');
    expect(broken.phones.map((phone) => phone.pupBrowser?.connected)).not.toContain(true);
    await broken.close();
    for (const phone of broken.phones) expect(runs(phone.pupBrowser?.process()?.pid ?? 0)).toBe(false);
    expect(readdirSync('.')).toEqual(here);
  });
});
