import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Five files of 10 MB and what stands around them. */
const BODY_BYTES_MAX = 52 * 1024 * 1024;

/** What a browser may do with our pages: nothing but what is ours. */
export function headers(publicUrl: string | undefined): RequestHandler[] {
  const guard = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        connectSrc: ["'self'"],
        // blob: a photo or a voice note shown before it is sent; data: the empty icon.
        imgSrc: ["'self'", 'blob:', 'data:'],
        mediaSrc: ["'self'", 'blob:'],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: publicUrl?.startsWith('https:') ? { maxAge: 31_536_000 } : false,
  });
  return [
    guard,
    (_request, response, next) => {
      response.set('Permissions-Policy', 'geolocation=(self), microphone=(self), camera=()');
      next();
    },
  ];
}

/** Parsers bound what they read; this answers before a byte is read when the request says itself that it is too big. */
export const bounded: RequestHandler = (request, response, next) => {
  if (!(Number(request.headers['content-length']) > BODY_BYTES_MAX)) return next();
  response.status(413).set('Connection', 'close').type('text/plain').send('This is too large to be taken.\n');
};
