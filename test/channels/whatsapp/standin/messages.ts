/** POST /<number>/messages: every check, and what the person sees then. */
import { checkFrame, type Params, type Shown, shownIn } from './checks.ts';
import { Complaint, invalid, missing } from './complaint.ts';
import type { Heard, PersonState } from './people.ts';

export type Template = { body: string; button?: string; category?: 'utility' | 'marketing' };
/** Approved templates by name and language. */
export type TemplateBook = Record<string, Record<string, Template>>;

export type House = {
  people: PersonState[];
  files: Map<string, { data: Uint8Array; mime: string }>;
  templates: TemplateBook;
  now(): number;
  nextId(): string;
  /** Where Meta says that the window is shut: in the answer, or in a status afterwards. */
  windowBy: 'answer' | 'status';
};

export type Accepted = {
  answer: object;
  /** Undefined where nothing new is to be told of (a mark, "read"). */
  sent?: { to: PersonState; heard: Heard; category: string; failsWith?: number };
};

const WINDOW_MS = 24 * 3_600_000;

export function accept(params: Params, house: House): Accepted {
  if (/\\u[dD][89a-fA-F][0-9a-fA-F]{2}/.test(JSON.stringify(params))) throw invalid('not UTF-8');
  if (params.status !== undefined) return see(params, house);
  checkFrame(params);
  if (params.type === 'reaction') return mark(params, house);
  const shown = shownIn(params);
  const to = personOf(params, house);
  const { media, ...rest } = shown;
  const file = media && fileOf(media, house);
  const template = shown.template && approved(shown.template, house);
  const isShut = to.wroteMs === undefined || house.now() - to.wroteMs >= WINDOW_MS;
  const failsWith = isShut && !template ? 131047 : undefined;
  if (failsWith !== undefined && house.windowBy === 'answer') {
    throw new Complaint(failsWith, 'Re-engagement message: more than 24 hours have passed');
  }
  const context = params.context as { message_id?: string } | undefined;
  const heard: Heard = {
    ...rest,
    ...(template && {
      text: fillTemplate(template, shown),
      buttons: [{ id: shown.template?.payload ?? '', title: template.button ?? '' }],
    }),
    ...(file && { [FIELDS[file.as]]: file.data }),
    externalId: house.nextId(),
    ...(context && { replyTo: context.message_id }),
    ...(params.biz_opaque_callback_data !== undefined && { opaque: String(params.biz_opaque_callback_data) }),
  };
  if (failsWith === undefined) to.heard.push(heard);
  const contact = { input: String(params.to ?? params.recipient), ...(to.phone && { wa_id: to.phone }) };
  return {
    answer: { messaging_product: 'whatsapp', contacts: [contact], messages: [{ id: heard.externalId }] },
    sent: {
      to,
      heard,
      category: template?.category ?? 'service',
      ...(failsWith !== undefined && { failsWith }),
    },
  };
}

const FIELDS = { image: 'photo', audio: 'voice', document: 'document' } as const;

function personOf({ to, recipient }: Params, { people }: House): PersonState {
  const phone = to === undefined ? undefined : String(to).replace('+', '');
  const found = people.find((one) => (phone === undefined ? one.userId === recipient : one.phone === phone));
  if (!found || found.blocked) throw new Complaint(131026, 'Message undeliverable');
  // Without the plus Meta puts the country of the sending number before it, and writes to somebody else.
  if (phone !== undefined && !String(to).startsWith('+')) throw invalid('to lacks its plus');
  return found;
}

function fileOf({ id, as }: NonNullable<Shown['media']>, { files }: House) {
  const file = files.get(id);
  if (!file) throw new Complaint(100, `Media ${as} id is not known`);
  const fits = {
    image: /^image\/(jpeg|png)$/,
    audio: /^audio\/(aac|amr|mpeg|mp4|ogg)/,
    document: /./,
  }[as];
  if (!fits.test(file.mime)) throw new Complaint(131053, 'Unable to upload the media used in the message');
  return { data: file.data, as };
}

function approved(
  { name, language, values }: NonNullable<Shown['template']>,
  { templates }: House,
): Template {
  const template = templates[name]?.[language];
  if (!template)
    throw new Complaint(132001, 'Template name does not exist in the translation', { status: 404 });
  if ((template.body.match(/\{\{\d+\}\}/g) ?? []).length !== values.length) {
    throw new Complaint(132000, 'Number of parameters does not match the expected number of params');
  }
  return template;
}

const fillTemplate = ({ body }: Template, { template }: Shown): string =>
  body.replace(/\{\{(\d+)\}\}/g, (_, place) => template?.values[Number(place) - 1] ?? '');

function mark(params: Params, house: House): Accepted {
  const { message_id: on, emoji } = (params.reaction ?? {}) as { message_id?: string; emoji?: string };
  if (!on) throw missing('reaction.message_id');
  if (!/^\p{Extended_Pictographic}\ufe0f?$/u.test(emoji ?? '')) throw invalid('reaction.emoji');
  const person = personOf(params, house);
  if (!person.said.has(on)) throw invalid('reaction.message_id');
  person.marks.set(on, emoji ?? '');
  return { answer: { messaging_product: 'whatsapp', messages: [{ id: house.nextId() }] } };
}

function see(params: Params, { people }: House): Accepted {
  if (params.messaging_product !== 'whatsapp') throw missing('messaging_product');
  const { status, message_id: id, typing_indicator: typing } = params;
  if (status !== 'read') throw invalid('status');
  const person = people.find(({ said }) => said.has(String(id)));
  if (!person) throw invalid('message_id');
  if ((typing as { type?: string } | undefined)?.type !== 'text') throw invalid('typing_indicator.type');
  person.seen.add(String(id));
  return { answer: { success: true } };
}
