/** Single values as OC4IDS 0.9.5 wants them. Each gives undefined for what cannot be read without guessing. Pure. */
import type { Json } from '../../engine/content.ts';
import { COUNTRIES, CURRENCIES } from './oc4ids.ts';

type Reader = (value: Json) => Json | undefined;

const asText = (value: Json): string | undefined => {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
};

/** Digits in a text are a number; a text with commas may be one of two, so it is none. */
function asNumber(value: Json): number | undefined {
  if (typeof value === 'string' && !/^\s*-?\d+(\.\d+)?\s*$/.test(value)) return undefined;
  const number = typeof value === 'string' ? Number(value) : value;
  // -0 is written as 0, and must be it.
  return typeof number === 'number' && Number.isFinite(number) ? number + 0 : undefined;
}

const notBelowZero = (value: number | undefined): number | undefined =>
  value !== undefined && value >= 0 ? value : undefined;

const asWhole = (value: Json): number | undefined => {
  const number = notBelowZero(asNumber(value));
  return Number.isInteger(number) ? number : undefined;
};

const MOMENT = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** RFC 3339. A day without a time is its beginning in Ghana, which keeps universal time. */
function asMoment(value: Json): string | undefined {
  if (typeof value !== 'string') return undefined;
  const said = value.trim().toUpperCase();
  const whole = isDay(said) ? `${said}T00:00:00Z` : said;
  const day = MOMENT.exec(whole)?.[1];
  return day !== undefined && isDay(day) ? whole : undefined;
}

/** A day that the calendar has, as YYYY-MM-DD. */
export function isDay(day: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return false;
  const time = Date.parse(`${day}T00:00:00Z`);
  return !day.startsWith('0000') && !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}

/** RFC 3986, web addresses and URNs only: whatever is written in a link leads to a page. */
const WEB =
  /^https?:\/\/[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?([/?]([\w\-.~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*)?(#([\w\-.~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*)?$/i;
const URN = /^urn:[a-z0-9][a-z0-9-]{0,31}:([\w\-.~!$&'()*+,;=:@/]|%[0-9a-f]{2})+$/i;

export function asUri(value: Json): string | undefined {
  if (typeof value !== 'string') return undefined;
  const said = value.trim();
  if (WEB.test(said) || URN.test(said)) return said;
  try {
    const { href } = new URL(said);
    return WEB.test(href) ? href : undefined;
  } catch {
    return undefined;
  }
}

const asEmail = (value: Json): string | undefined =>
  typeof value === 'string' &&
  /^[a-z0-9_+-]+(\.[a-z0-9_+-]+)*@([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,}$/i.test(value)
    ? value
    : undefined;

const among =
  (list: ReadonlySet<string>): Reader =>
  (value) => {
    const said = typeof value === 'string' ? value.trim().toUpperCase() : '';
    return list.has(said) ? said : undefined;
  };

/** Numbers in lists, as deep as GeoJSON goes. */
const CORNERS_DEPTH_MAX = 4;
function asCorners(value: Json): Json | undefined {
  return Array.isArray(value) && areCorners(value, 1) ? value : undefined;
}

function areCorners(value: Json[], depth: number): boolean {
  if (value.length === 0 || depth > CORNERS_DEPTH_MAX) return false;
  if (value.every((one) => typeof one === 'number')) return value.length >= 2;
  return value.every((one) => Array.isArray(one) && areCorners(one, depth + 1));
}

export const READERS: Readonly<Record<string, Reader>> = {
  text: asText,
  number: asNumber,
  amount: (value) => notBelowZero(asNumber(value)),
  whole: asWhole,
  measure: (value) => (typeof value === 'number' ? value : asText(value)),
  truth: (value) => (typeof value === 'boolean' ? value : undefined),
  moment: asMoment,
  uri: asUri,
  email: asEmail,
  currency: among(CURRENCIES),
  country: among(COUNTRIES),
  corners: asCorners,
};
