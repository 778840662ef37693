/** Messages as the page gives them, made into the library's own Message, each with the letter that it is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import WAWebJS, { type Client, type Message } from 'whatsapp-web.js';
import { nameOf } from '../../../src/channels/whatsappweb/names.ts';
import { read, readEdit } from '../../../src/channels/whatsappweb/read.ts';

const AMA = '233200000001@c.us';
const GROUP = '120363000000000001@g.us';
const ME = ['233200000099@c.us', '77000000099@lid'];
const wid = (id: string) => ({ _serialized: id, user: id.split('@')[0], server: id.split('@')[1] });

type Data = { [name: string]: unknown };

function message(data: Data): Message {
  const from = data.from ?? wid(AMA);
  const chat = (from as { _serialized: string })._serialized;
  const author = data.author as { _serialized: string } | undefined;
  const id = {
    fromMe: false,
    remote: chat,
    id: 'AC01',
    _serialized: `false_${chat}_AC01${author ? `_${author._serialized}` : ''}`,
  };
  const whole = { id, from, to: wid(ME[0]!), t: 1_795_000_000, type: 'chat', ...data };
  const { Message: Made } = WAWebJS as unknown as { Message: new (client: Client, data: Data) => Message };
  return new Made({} as Client, whole);
}

const letter = (data: Data, reader = {}) => read(message(data), { me: ME, ...reader });
const inGroup = { from: wid(GROUP), author: wid(AMA) };
const file = { directPath: '/v/t62', mimetype: 'image/jpeg', size: 12_345 };

describe('read', () => {
  it('words', () => {
    expect(letter({ body: 'the drain is choked', notifyName: 'Ama' })).toEqual({
      channel: 'whatsappweb',
      externalId: 'false_233200000001@c.us_AC01',
      from: `whatsappweb:${AMA}`,
      name: 'Ama',
      text: 'the drain is choked',
      sentAt: new Date(1_795_000_000_000),
    });
  });

  it.each<[string, Data, object]>([
    [
      'a pin',
      { type: 'location', body: '/9j/4AAQ', lat: 4.9, lng: -1.75 },
      { text: '', location: { latitude: 4.9, longitude: -1.75 } },
    ],
    [
      'a place with its name',
      { type: 'location', lat: 4.9, lng: -1.75, loc: 'Market Circle\nTakoradi' },
      { location: { latitude: 4.9, longitude: -1.75, name: 'Market Circle' } },
    ],
    [
      'a photo',
      { type: 'image', caption: 'here', body: '/9j/4AAQ', ...file },
      {
        text: 'here',
        media: [{ kind: 'photo', source: 'false_233200000001@c.us_AC01', mime: 'image/jpeg', bytes: 12_345 }],
      },
    ],
    [
      'a photo that is not there yet',
      { type: 'image', body: '/9j/4AAQ' },
      { text: '', media: [{ kind: 'photo', source: 'false_233200000001@c.us_AC01' }] },
    ],
    [
      'a voice note',
      { type: 'ptt', ...file, mimetype: 'audio/ogg; codecs=opus', duration: '7' },
      {
        text: '',
        media: [
          {
            kind: 'voice',
            source: 'false_233200000001@c.us_AC01',
            mime: 'audio/ogg; codecs=opus',
            bytes: 12_345,
            seconds: 7,
          },
        ],
      },
    ],
    [
      'a recording',
      { type: 'audio', ...file, mimetype: 'audio/mpeg' },
      {
        media: [{ kind: 'voice', source: 'false_233200000001@c.us_AC01', mime: 'audio/mpeg', bytes: 12_345 }],
      },
    ],
    [
      'a document',
      { type: 'document', ...file, mimetype: 'application/pdf', filename: 'a.pdf', caption: 'a.pdf' },
      {
        text: '',
        media: [
          { kind: 'file', source: 'false_233200000001@c.us_AC01', mime: 'application/pdf', bytes: 12_345 },
        ],
      },
    ],
    [
      'a picture sent as a document',
      { type: 'document', ...file, caption: 'look' },
      {
        text: 'look',
        media: [{ kind: 'photo', source: 'false_233200000001@c.us_AC01', mime: 'image/jpeg', bytes: 12_345 }],
      },
    ],
    ['a video', { type: 'video', ...file, caption: 'see' }, { text: 'see', unsupported: 'video' }],
    ['a sticker', { type: 'sticker', ...file }, { text: '', unsupported: 'sticker' }],
    ['a contact', { type: 'vcard', body: 'BEGIN:VCARD' }, { text: '', unsupported: 'contact' }],
    [
      'contacts',
      { type: 'multi_vcard', vcardList: [{ vcard: 'BEGIN:VCARD' }] },
      { text: '', unsupported: 'contact' },
    ],
    [
      'a poll',
      { type: 'poll_creation', pollName: 'Which?', pollOptions: [] },
      { text: '', unsupported: 'poll' },
    ],
    ['an order', { type: 'order', body: 'thumb' }, { text: '', unsupported: 'unknown' }],
    ['what is invented tomorrow', { type: 'hologram' }, { text: '', unsupported: 'unknown' }],
    ['an answer to a button of another program', { type: 'buttons_response', body: 'Yes' }, { text: 'Yes' }],
    [
      'a quote of ours',
      { body: 'yes', quotedMsg: { type: 'chat' }, quotedStanzaID: '3EB0', quotedParticipant: wid(ME[0]!) },
      { replyTo: 'true_233200000001@c.us_3EB0' },
    ],
    [
      'a quote of their own',
      { body: 'yes', quotedMsg: { type: 'chat' }, quotedStanzaID: 'AC00', quotedParticipant: wid(AMA) },
      { replyTo: 'false_233200000001@c.us_AC00' },
    ],
  ])('%s', (_, data, expected) => {
    const read = letter(data);
    expect(read).toMatchObject(expected);
    if (!('media' in expected)) expect(read?.media).toBeUndefined();
    if (!('unsupported' in expected)) expect(read?.unsupported).toBeUndefined();
  });

  it.each<[string, Data]>([
    ...[
      'revoked',
      'protocol',
      'e2e_notification',
      'gp2',
      'notification_template',
      'call_log',
      'ciphertext',
      'reaction',
      'album',
      'broadcast_notification',
    ].map((type): [string, Data] => [type, { type, body: 'x' }]),
    ['our own', { id: { fromMe: true, remote: AMA, id: 'A', _serialized: `true_${AMA}_A` }, body: 'x' }],
    ['a status', { from: wid('status@broadcast'), author: wid(AMA), isStatusV3: true, body: 'x' }],
    ['a channel', { from: wid('1203@newsletter'), body: 'x' }],
    ['a group message that nobody said', { from: wid(GROUP), body: 'x' }],
  ])('%s is no letter', (_, data) => expect(letter(data)).toBeUndefined());

  it('a sender with an opaque id has their number beside it, where it is known', () => {
    const from = wid('88000000001@lid');
    expect(letter({ from, body: 'x' }, { phone: AMA })).toMatchObject({
      from: 'whatsappweb:88000000001@lid',
      aliases: [`whatsappweb:${AMA}`],
    });
    expect(letter({ from, body: 'x' })?.aliases).toBeUndefined();
  });

  it.each<[string, Data, boolean]>([
    ['talk among themselves', { body: 'good morning' }, false],
    ['a command', { body: '/projects' }, true],
    ['a command with #', { body: '#desk 1234' }, true],
    ['our number', { body: '@233200000099 projects', mentionedJidList: [wid(ME[0]!)] }, true],
    ['our opaque id', { body: 'projects @77000000099', mentionedJidList: [ME[1]] }, true],
    [
      'somebody else',
      { body: '@233200000002 projects', mentionedJidList: [wid('233200000002@c.us')] },
      false,
    ],
    [
      'an answer to us',
      { body: '1', quotedMsg: {}, quotedStanzaID: '3EB0', quotedParticipant: wid(ME[1]!) },
      true,
    ],
    [
      'an answer to a neighbour',
      { body: '1', quotedMsg: {}, quotedStanzaID: 'AC00', quotedParticipant: wid(AMA) },
      false,
    ],
  ])('in a group: %s', (_, data, addressed) => {
    const said = letter({ ...inGroup, ...data });
    expect(said).toMatchObject({ room: `whatsappweb:${GROUP}`, from: `whatsappweb:${AMA}` });
    expect(said?.addressed ?? false).toBe(addressed);
    expect(said?.text).not.toMatch(/@(233200000099|77000000099)/);
  });

  it('a correction names what it corrects; a change that nobody made is none', () => {
    const corrected = (data: Data) => readEdit(message(data), { me: ME });
    const atMs = 1_795_000_060_500;
    expect(corrected({ body: 'the drain', latestEditSenderTimestampMs: atMs })).toMatchObject({
      externalId: `e:false_233200000001@c.us_AC01:${atMs}`,
      edits: 'false_233200000001@c.us_AC01',
      text: 'the drain',
      sentAt: new Date(atMs),
    });
    expect(corrected({ body: 'the drain' })).toBeUndefined();
    expect(corrected({ type: 'revoked', latestEditSenderTimestampMs: atMs })).toBeUndefined();
  });

  it('a letter of ours has one name in a group, whoever WhatsApp says that we are', () => {
    const names = ME.map((me) => nameOf(`true_${GROUP}_3EB0_${me}`));
    expect(new Set([...names, nameOf(`true_${GROUP}_3EB0`)])).toEqual(new Set([`true_${GROUP}_3EB0`]));
    const quoted = { quoted: `true_${GROUP}_3EB0_${ME[1]}` };
    expect(letter({ ...inGroup, body: '1', quotedMsg: {}, quotedStanzaID: '3EB0' }, quoted)?.replyTo).toBe(
      names[0],
    );
  });

  it('whatever the page gives, it is read or refused, and survives JSON', () => {
    const types = ['chat', 'image', 'ptt', 'document', 'location', 'video', 'gp2', 'vcard', 'x'];
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.dictionary(fc.string(), fc.jsonValue()), (type, data) => {
        const read = letter({ ...data, type, ...(type === 'location' && { lat: 1, lng: 2 }) });
        if (read) expect(JSON.parse(JSON.stringify(read)).externalId).toBe(read.externalId);
      }),
    );
  });
});
