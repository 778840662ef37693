import type { Address } from '../../../../src/channels/message.ts';
import type { Shown } from './checks.ts';

/** A letter of ours as a person sees it. */
export type Heard = Omit<Shown, 'media'> & {
  /** `wamid.…` */
  externalId: string;
  photo?: Uint8Array;
  voice?: Uint8Array;
  document?: Uint8Array;
  replyTo?: string;
  /** What we said about it, echoed in statuses. */
  opaque?: string;
};

/** Something that a person did; its post can be handed in again. */
export type Said = { externalId: string; payload: object; taken: Promise<void> };

export type Person = {
  readonly name: string;
  /** Digits; undefined when the person hides it. */
  readonly phone: string | undefined;
  /** Meta's id of the person with this business; undefined where Meta gives none yet. */
  readonly userId: string | undefined;
  /** Where they are written to. */
  readonly address: Address;
  readonly heard: Heard[];
  /** Marks that we put on their letters, by the letter's id. */
  readonly marks: Map<string, string>;
  /** Their letters that we showed as read, with "typing". */
  readonly seen: Set<string>;
  say(text: string): Said;
  quote(letter: { externalId: string }, text: string): Said;
  sendPhoto(data: Uint8Array, caption?: string): Said;
  sendVoice(data: Uint8Array): Said;
  pin(latitude: number, longitude: number, name?: string): Said;
  /** Taps by number, by words or a part of them, on the last letter with buttons unless told otherwise. */
  tap(button: number | string, on?: Heard): Said;
  /** Anything else: `{ type: 'sticker', sticker: {…} }`. */
  send(contents: object): Said;
  /** Stops or resumes letters to many, in WhatsApp's own settings. */
  prefers(value: 'stop' | 'resume'): Said;
  /** Gets a new number (and with it a new id). */
  changeNumber(phone: string, userId?: string): Said;
  /** Nothing of ours arrives any more. */
  block(): void;
};

export type PersonState = {
  name: string;
  phone: string | undefined;
  userId: string | undefined;
  heard: Heard[];
  marks: Map<string, string>;
  seen: Set<string>;
  /** All that they wrote, by id. */
  said: Set<string>;
  wroteMs: number | undefined;
  blocked: boolean;
};

/** What people need of the server around them. */
export type Street = {
  now(): number;
  nextId(): string;
  keepFile(data: Uint8Array, mime: string): string;
  deliver(field: string, value: object): { payload: object; taken: Promise<void> };
};

export function newPerson(street: Street, state: PersonState): Person {
  const seconds = () => String(Math.floor(street.now() / 1000));
  const contact = () => ({
    profile: { name: state.name },
    ...(state.phone && { wa_id: state.phone }),
    ...(state.userId && { user_id: state.userId }),
  });
  const send = (contents: object): Said => {
    const externalId = street.nextId();
    state.wroteMs = street.now();
    state.said.add(externalId);
    const message = {
      ...(state.phone && { from: state.phone }),
      ...(state.userId && { from_user_id: state.userId }),
      id: externalId,
      timestamp: seconds(),
      ...contents,
    };
    return { externalId, ...street.deliver('messages', { contacts: [contact()], messages: [message] }) };
  };
  const quoting = ({ externalId }: { externalId: string }) => ({ context: { id: externalId } });
  return {
    name: state.name,
    get phone() {
      return state.phone;
    },
    get userId() {
      return state.userId;
    },
    get address() {
      return `whatsapp:${state.userId ?? state.phone}` as const;
    },
    heard: state.heard,
    marks: state.marks,
    seen: state.seen,
    say: (text) => send({ type: 'text', text: { body: text } }),
    quote: (letter, text) => send({ type: 'text', text: { body: text }, ...quoting(letter) }),
    sendPhoto: (data, caption) =>
      send({
        type: 'image',
        image: {
          id: street.keepFile(data, 'image/jpeg'),
          mime_type: 'image/jpeg',
          ...(caption && { caption }),
        },
      }),
    sendVoice: (data) =>
      send({
        type: 'audio',
        audio: { id: street.keepFile(data, 'audio/ogg'), mime_type: 'audio/ogg; codecs=opus', voice: true },
      }),
    pin: (latitude, longitude, name) =>
      send({ type: 'location', location: { latitude, longitude, ...(name && { name }) } }),
    tap: (button, on = state.heard.findLast(({ buttons }) => buttons.length > 0)) => send(tapOn(button, on)),
    send,
    prefers: (value) => ({
      externalId: '',
      ...street.deliver('user_preferences', {
        contacts: [contact()],
        user_preferences: [
          {
            ...(state.phone && { wa_id: state.phone }),
            ...(state.userId && { user_id: state.userId }),
            detail: `User requested to ${value} marketing messages`,
            category: 'marketing_messages',
            value,
            timestamp: seconds(),
          },
        ],
      }),
    }),
    changeNumber: (phone, userId) => {
      const message = {
        ...(state.phone && { from: state.phone }),
        ...(state.userId && { from_user_id: state.userId }),
        id: street.nextId(),
        timestamp: seconds(),
        type: 'system',
        system: {
          body: 'changed',
          type: 'user_changed_number',
          wa_id: phone,
          ...(userId && { user_id: userId }),
        },
      };
      state.phone = phone;
      state.userId = userId;
      return { externalId: message.id, ...street.deliver('messages', { messages: [message] }) };
    },
    block: () => {
      state.blocked = true;
    },
  };
}

function tapOn(wanted: number | string, on: Heard | undefined): object {
  const buttons = on?.buttons ?? [];
  const button =
    typeof wanted === 'number'
      ? (buttons.find(({ title }) => title.startsWith(`${wanted} `)) ?? buttons[wanted - 1])
      : (buttons.find(({ title }) => title === wanted) ??
        buttons.find(
          ({ title, description = '' }) => title.includes(wanted) || description.includes(wanted),
        ));
  if (!on || !button) {
    const titles = JSON.stringify(buttons.map(({ title }) => title));
    throw new Error(`no button ${JSON.stringify(wanted)} among ${titles}`);
  }
  const context = { context: { id: on.externalId } };
  if (on.type === 'template') {
    return { type: 'button', button: { payload: button.id, text: button.title }, ...context };
  }
  const type = on.type === 'list' ? 'list_reply' : 'button_reply';
  return { type: 'interactive', interactive: { type, [type]: button }, ...context };
}
