/** The addresses under /chat. Who may: whoever holds the cookie, for their own talk only. */
import { type Request, Router } from 'express';
import type { Address } from '../message.ts';
import { answer, reply } from './answer.ts';
import { cookieOf, forgetCookie, newVisitor, proofOf, type Visitor, visitorOf } from './identity.ts';
import { cameFrom } from './origin.ts';
import type { Mailbox } from './ports.ts';
import { type Posted, readPosted } from './posted.ts';
import { isEmpty } from './read.ts';
import { type House, refuse, showPage, TRY_AGAIN_SECONDS, wantsJson } from './show.ts';
import { Refused } from './words.ts';
import { cursorAfter, write } from './write.ts';

/** Each may hold some 50 MB in memory while it comes in. */
const UPLOADS_AT_ONCE_MAX = 6;
/** A letter without photos is smaller. */
const SMALL_BYTES = 100 * 1024;
const FILE_SECONDS = 24 * 3600;

export function webRoutes(house: House): Router {
  const routes = Router();
  routes.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    // Under `no-referrer` a browser calls the origin of our own form `null`.
    response.set('Referrer-Policy', 'same-origin');
    next();
  });
  showing(house, routes);
  writing(house, routes);
  hearing(house, routes);
  return routes;
}

function showing(house: House, routes: Router): void {
  routes.get('/', async (request, response) => {
    let visitor = visitorOf(request);
    if (!visitor) {
      visitor = newVisitor();
      response.append('Set-Cookie', cookieOf(visitor.key, house.base, isSecure(house)));
    }
    await showPage(house, request, response, visitor, {
      lookAgain: request.query.sent !== undefined,
      notice: request.query.left === undefined ? undefined : 'left',
    });
  });
  for (const [name, asset] of house.pages.assets) {
    routes.get(`/${name}`, (request, response) => {
      response.set('Cache-Control', request.query.v ? 'public, max-age=31536000, immutable' : 'no-cache');
      reply(request, response, asset.type, asset);
    });
  }
}

function writing(house: House, routes: Router): void {
  let uploading = 0;

  async function bounded(request: Request): Promise<Posted> {
    // A request that does not say how long it is may be long.
    const large = !(Number(request.headers['content-length']) <= SMALL_BYTES);
    if (!large) return readPosted(request);
    if (uploading >= UPLOADS_AT_ONCE_MAX) throw new Refused(503, 'busy');
    uploading += 1;
    return readPosted(request).finally(() => {
      uploading -= 1;
    });
  }

  routes.post('/letters', async (request, response) => {
    try {
      const visitor = ourVisitor(house, request);
      const posted = await bounded(request);
      checkProof(house, request, posted, visitor);
      if (isEmpty(posted)) throw new Refused(400, 'nothing');
      await take(house, posted, { address: visitor.address, languageHint: hintOf(request) });
      if (wantsJson(request)) response.json({ stored: true });
      else response.redirect(303, `${house.base}?sent=1#end`);
    } catch (error) {
      await refuse(house, request, response, error);
    }
  });

  routes.post('/leave', async (request, response) => {
    try {
      const visitor = ourVisitor(house, request);
      checkProof(house, request, await bounded(request), visitor);
      response.append('Set-Cookie', forgetCookie(house.base, isSecure(house)));
      response.redirect(303, `${house.base}?left=1`);
    } catch (error) {
      await refuse(house, request, response, error);
    }
  });
}

function hearing(house: House, routes: Router): void {
  routes.get('/letters', async (request, response) => {
    const visitor = visitorOf(request);
    if (!visitor) return void response.status(403).json({ letters: [], cursor: 0 });
    const after = idOf(request.query.after);
    const letters = await house.mailbox.after(visitor.address, after);
    const cursor = cursorAfter(letters, after, house.world.now());
    await answer(
      request,
      response,
      'application/json',
      JSON.stringify({ letters: letters.map(write), cursor }),
    );
  });

  routes.get('/stream', (request, response) => {
    const visitor = visitorOf(request);
    if (!visitor) return void response.status(403).end();
    // After a lost line the browser says what it had; that is newer than the address of the page.
    const after = idOf(request.get('Last-Event-ID') ?? request.query.after);
    if (house.streams.open(visitor.address, after, response)) return;
    response.status(503).set('Retry-After', String(TRY_AGAIN_SECONDS)).end();
  });

  routes.get('/files/:id', async (request, response, next) => {
    const visitor = visitorOf(request);
    const { id } = request.params;
    if (!visitor || !(await standsInTalk(house.mailbox, visitor.address, id))) return next();
    const file = await house.files.read(id);
    if (!file) return next();
    response.set('Cache-Control', `private, max-age=${FILE_SECONDS}, immutable`);
    response.set('Content-Security-Policy', "default-src 'none'; sandbox");
    const shown = /^(image\/(jpeg|png|webp)|audio\/[\w.+-]+)$/.test(file.mime);
    if (!shown) response.set('Content-Disposition', 'attachment');
    response.type(shown ? file.mime : 'application/octet-stream').send(Buffer.from(file.data));
  });
}

/** The person behind a POST from our own page; throws Refused. */
function ourVisitor(house: House, request: Request): Visitor {
  if (cameFrom(request.headers, house.publicUrl) === 'elsewhere') throw new Refused(403, 'foreign');
  const visitor = visitorOf(request);
  if (!visitor) throw new Refused(403, 'noCookie');
  return visitor;
}

function checkProof(house: House, request: Request, posted: Posted, visitor: Visitor): void {
  if (cameFrom(request.headers, house.publicUrl) === 'us') return;
  if (posted.proof !== proofOf(visitor.key)) throw new Refused(403, 'foreign');
}

async function take(house: House, posted: Posted, from: Parameters<House['take']>[1]): Promise<void> {
  try {
    await house.take(posted, from);
  } catch (error) {
    if (error instanceof Refused && posted.choice === undefined) error.draft = posted.text;
    throw error;
  }
}

async function standsInTalk(mailbox: Mailbox, address: Address, file: string): Promise<boolean> {
  const letters = await mailbox.after(address, 0);
  return letters.some(({ content }) => content.media?.some((media) => media.file === file));
}

function hintOf(request: Request): string | undefined {
  const first = request.acceptsLanguages()[0];
  return first !== undefined && /^[A-Za-z]{2,3}(-[A-Za-z0-9-]{1,30})?$/.test(first) ? first : undefined;
}

const isSecure = ({ publicUrl }: House) => publicUrl?.startsWith('https:') ?? false;
const idOf = (given: unknown) => (typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : 0);
