/** Shows the page, and says in words why something was not taken. */
import type { Request, Response } from 'express';
import { errorFacts, type Log } from '../../log.ts';
import type { World } from '../../world.ts';
import type { Files } from '../files.ts';
import type { Address } from '../message.ts';
import { answer } from './answer.ts';
import { proofOf, type Visitor, visitorOf } from './identity.ts';
import type { Pages } from './page.ts';
import { LETTERS_SHOWN_MAX, type Mailbox, type PageWords } from './ports.ts';
import type { Posted } from './posted.ts';
import type { Streams } from './stream.ts';
import { Refused, type WebWord } from './words.ts';
import { cursorAfter, write } from './write.ts';

export const TRY_AGAIN_SECONDS = 5;

/** What the routes may use. */
export type House = PageWords & {
  world: World;
  log: Log;
  mailbox: Mailbox;
  files: Files;
  publicUrl?: string | undefined;
  base: string;
  pages: Pages;
  streams: Streams;
  take(posted: Posted, from: { address: Address; languageHint?: string | undefined }): Promise<void>;
};

/** Says in words why a letter was not taken; a page without scripts gets its words back. */
export async function refuse(
  house: House,
  request: Request,
  response: Response,
  error: unknown,
): Promise<void> {
  if (!(error instanceof Refused)) throw error;
  const { language, words } = wordsFor(house, request);
  response.status(error.status);
  if (error.status === 503) response.set('Retry-After', String(TRY_AGAIN_SECONDS));
  if (wantsJson(request)) return void response.json({ stored: false, words: words[error.word] });
  const visitor = visitorOf(request);
  if (!visitor || error.word === 'foreign') {
    return void response.set('Content-Language', language).type('text/plain').send(`${words[error.word]}\n`);
  }
  await showPage(house, request, response, visitor, {
    lookAgain: false,
    notice: error.word,
    draft: error.draft,
  });
}

export async function showPage(
  house: House,
  request: Request,
  response: Response,
  visitor: Visitor,
  more: { lookAgain: boolean; notice?: WebWord | undefined; draft?: string },
): Promise<void> {
  let notice = more.notice;
  const letters = await house.mailbox.after(visitor.address, 0).catch((error: unknown) => {
    house.log.error('web chat: letters cannot be read', errorFacts(error));
    response.status(503).set('Retry-After', String(TRY_AGAIN_SECONDS));
    notice ??= 'lettersAway';
    return [];
  });
  const page = house.pages.render({
    ...wordsFor(house, request),
    ...more,
    notice,
    base: house.base,
    proof: proofOf(visitor.key),
    letters: letters.map(write),
    cursor: cursorAfter(letters, 0, house.world.now()),
    more: letters.length >= LETTERS_SHOWN_MAX,
  });
  response.vary('Accept-Language');
  await answer(request, response, 'text/html; charset=utf-8', page);
}

function wordsFor({ languages, words }: PageWords, request: Request) {
  const language = request.acceptsLanguages(...languages) || languages[0] || 'en';
  return { language, words: words(language) };
}

export const wantsJson = (request: Request) => request.get('Accept')?.includes('application/json') ?? false;
