/** Whether the Cloud API would take a message: every length, count and id that Meta documents. */
import { invalid, missing, tooLong } from './complaint.ts';

export type Params = { [name: string]: unknown };
export type Button = { id: string; title: string; description?: string };

/** What a letter shows, whoever gets it. */
export type Shown = {
  type: string;
  text: string;
  buttons: Button[];
  /** The word that opens a list. */
  opens?: string;
  asksLocation?: true;
  /** Meta's name of an uploaded file, and what it must be. */
  media?: { id: string; as: 'image' | 'audio' | 'document' };
  location?: { latitude: number; longitude: number; name?: string };
  template?: { name: string; language: string; values: string[]; payload?: string };
};

const obj = (value: unknown, name: string): Params => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw missing(name);
  return value as Params;
};

const words = (value: unknown, name: string, most: number): string => {
  if (typeof value !== 'string' || value.trim() === '') throw missing(name);
  if (value.length > most) throw tooLong(name, most);
  return value;
};

const optional = (value: unknown, name: string, most: number): string =>
  value === undefined ? '' : words(value, name, most);

const unique = (values: string[], name: string) => {
  if (new Set(values.map((value) => value.trim())).size !== values.length)
    throw invalid(`${name} must be unique`);
};

const only = (params: Params, allowed: string[], name: string) => {
  const odd = Object.keys(params).find((key) => !allowed.includes(key));
  if (odd !== undefined) throw invalid(`Unexpected key "${odd}" on param "${name}"`);
};

/** The frame around every message. */
export function checkFrame(params: Params): void {
  if (params.messaging_product !== 'whatsapp') throw missing('messaging_product');
  if (params.to === undefined && params.recipient === undefined) throw missing('to');
  if (params.to !== undefined && !/^\+?\d{5,20}$/.test(String(params.to))) throw invalid('to');
  optional(params.biz_opaque_callback_data, 'biz_opaque_callback_data', 512);
  if (params.context !== undefined) {
    words(obj(params.context, 'context').message_id, 'context.message_id', 256);
  }
  const type = String(params.type);
  only(
    params,
    [
      'messaging_product',
      'recipient_type',
      'to',
      'recipient',
      'type',
      'context',
      'biz_opaque_callback_data',
      type,
    ],
    'message',
  );
}

export function shownIn(params: Params): Shown {
  const type = String(params.type ?? 'text');
  const part = obj(params[type], type);
  switch (type) {
    case 'text':
      only(part, ['body', 'preview_url'], 'text');
      return { type, text: words(part.body, "text['body']", 4096), buttons: [] };
    case 'image':
    case 'audio':
    case 'document': {
      only(part, ['id', 'caption', ...(type === 'document' ? ['filename'] : [])], type);
      if (type === 'audio' && part.caption !== undefined) throw invalid('audio bears no caption');
      const media = { id: words(part.id, `${type}.id`, 256), as: type } as const;
      return { type, text: optional(part.caption, `${type}['caption']`, 1024), buttons: [], media };
    }
    case 'location':
      return { type, text: '', buttons: [], location: locationOf(part) };
    case 'interactive':
      return interactive(part);
    case 'template':
      return { type, text: '', buttons: [], template: templateOf(part) };
    default:
      throw invalid(`type ${type}`);
  }
}

function locationOf({ latitude, longitude, name }: Params): NonNullable<Shown['location']> {
  for (const [value, most] of [
    [latitude, 90],
    [longitude, 180],
  ] as const) {
    if (typeof value !== 'number' || Math.abs(value) > most) throw invalid('location');
  }
  const named = optional(name, 'location.name', 1000);
  return { latitude: Number(latitude), longitude: Number(longitude), ...(named && { name: named }) };
}

function interactive(part: Params): Shown {
  const type = String(part.type);
  only(part, ['type', 'header', 'body', 'footer', 'action'], 'interactive');
  const body = obj(part.body, 'interactive.body').text;
  const action = obj(part.action, 'interactive.action');
  if (type === 'location_request_message') {
    if (part.header !== undefined) throw invalid('header');
    if (action.name !== 'send_location') throw invalid('action.name');
    return { type, text: words(body, 'body', 1024), buttons: [], asksLocation: true };
  }
  if (type === 'button') {
    const media = headerOf(part.header);
    return { type, text: words(body, 'body', 1024), buttons: repliesOf(action), ...(media && { media }) };
  }
  if (type !== 'list') throw invalid(`interactive type ${type}`);
  if (part.header !== undefined && obj(part.header, 'header').type !== 'text')
    throw invalid('header of a list');
  return {
    type,
    text: words(body, 'body', 4096),
    buttons: rowsOf(action),
    opens: words(action.button, 'action.button', 20),
  };
}

function headerOf(header: unknown): Shown['media'] | undefined {
  if (header === undefined) return undefined;
  const given = obj(header, 'header');
  if (given.type !== 'image') throw invalid('header.type');
  return { id: words(obj(given.image, 'header.image').id, 'header.image.id', 256), as: 'image' };
}

function repliesOf(action: Params): Button[] {
  const given = (action.buttons ?? []) as { type?: string; reply?: Params }[];
  if (given.length < 1 || given.length > 3) throw invalid('Buttons: min 1, max 3');
  const buttons = given.map(({ type, reply }) => {
    if (type !== 'reply') throw invalid('button.type');
    return {
      id: words(reply?.id, 'button id', 256),
      title: words(reply?.title, 'button title', 20),
    };
  });
  unique(
    buttons.map(({ id }) => id),
    'button ids',
  );
  unique(
    buttons.map(({ title }) => title),
    'button titles',
  );
  return buttons;
}

function rowsOf(action: Params): Button[] {
  const sections = (action.sections ?? []) as { title?: string; rows?: Params[] }[];
  if (sections.length < 1 || sections.length > 10) throw invalid('Sections: min 1, max 10');
  if (sections.length > 1) for (const { title } of sections) words(title, 'section title', 24);
  const rows = sections.flatMap((section) =>
    (section.rows ?? []).map((row) => {
      only(row, ['id', 'title', 'description'], 'row');
      const description = optional(row.description, 'row description', 72);
      return {
        id: words(row.id, 'row id', 200),
        title: words(row.title, 'row title', 24),
        ...(description && { description }),
      };
    }),
  );
  if (rows.length < 1 || rows.length > 10) throw invalid('Total row count exceed max allowed count: 10');
  unique(
    rows.map(({ id }) => id),
    'row ids',
  );
  unique(
    rows.map(({ title }) => title),
    'row titles',
  );
  return rows;
}

type Component = { type?: string; sub_type?: string; index?: string; parameters?: Params[] };

function templateOf(part: Params): NonNullable<Shown['template']> {
  const language = words(obj(part.language, 'template.language').code, 'language.code', 10);
  const components = (part.components ?? []) as Component[];
  const values = (components.find(({ type }) => type === 'body')?.parameters ?? []).map(({ type, text }) => {
    if (type !== 'text') throw invalid('parameter type');
    const value = words(text, 'parameter text', 1024);
    if (/[\n\t]| {5,}/.test(value))
      throw invalid('Param text cannot have new-line/tab characters or more than 4 consecutive spaces');
    return value;
  });
  const button = components.find(({ type }) => type === 'button');
  if (button && (button.sub_type !== 'quick_reply' || button.index !== '0'))
    throw invalid('button component');
  const payload = button?.parameters?.[0]?.payload;
  return {
    name: words(part.name, 'template.name', 512),
    language,
    values,
    ...(button && { payload: words(payload, 'payload', 256) }),
  };
}
