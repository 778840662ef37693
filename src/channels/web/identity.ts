/**
 * Who is writing: whoever holds the key in this browser's cookie. The key itself is stored nowhere; the address is
 * a hash of it, so that who reads the database cannot speak for anybody.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Address } from '../message.ts';

export const COOKIE = 'kasa_chat';
const KEY_BYTES = 32;
const KEY = /^[A-Za-z0-9_-]{43}$/;
const ADDRESS_CHARACTERS = 32;
/** Browsers keep no cookie longer than 400 days; a year is forgotten in the same season. */
const COOKIE_SECONDS = 365 * 24 * 3600;

export type Visitor = { key: string; address: Address };

/** Undefined when there is no cookie, or one that we did not make. */
export function visitorOf(request: IncomingMessage): Visitor | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at < 0 || pair.slice(0, at).trim() !== COOKIE) continue;
    const key = pair.slice(at + 1).trim();
    if (KEY.test(key)) return { key, address: addressOf(key) };
  }
  return undefined;
}

export function newVisitor(): Visitor {
  const key = randomBytes(KEY_BYTES).toString('base64url');
  return { key, address: addressOf(key) };
}

export function addressOf(key: string): Address {
  return `web:${hash(key).slice(0, ADDRESS_CHARACTERS)}`;
}

/** Stands in our own forms: for browsers so old that they do not say where a form came from. */
export function proofOf(key: string): string {
  return hash(`form:${key}`);
}

export function cookieOf(key: string, path: string, secure: boolean): string {
  return cookie(key, path, secure, COOKIE_SECONDS);
}

export function forgetCookie(path: string, secure: boolean): string {
  return cookie('', path, secure, 0);
}

function cookie(value: string, path: string, secure: boolean, seconds: number): string {
  const more = secure ? '; Secure' : '';
  return `${COOKIE}=${value}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${more}`;
}

const hash = (text: string) => createHash('sha256').update(text).digest('base64url');
