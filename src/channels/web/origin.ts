import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a POST comes from our own page. Browsers say so in Sec-Fetch-Site (only over https or to localhost), or in
 * Origin; very old ones say nothing, and then the proof in the form decides.
 */
export function cameFrom(
  headers: IncomingHttpHeaders,
  publicUrl: string | undefined,
): 'us' | 'elsewhere' | 'unsaid' {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' ? 'us' : 'elsewhere';
  const origin = headers.origin;
  if (origin === undefined) return 'unsaid';
  return isOurs(origin, headers.host, publicUrl) ? 'us' : 'elsewhere';
}

function isOurs(origin: string, host: string | undefined, publicUrl: string | undefined): boolean {
  if (!URL.canParse(origin)) return false;
  const given = new URL(origin);
  if (publicUrl !== undefined) return given.origin === new URL(publicUrl).origin;
  // Without PUBLIC_URL nobody told us our own name: the one that the browser called us by must do.
  return given.host === host;
}
