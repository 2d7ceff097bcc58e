import { headerOf, isReading, type AdminRequest } from './admin-request.js';

/**
 * Whether a page of another origin made a browser send this request, to use the browser's session. Browsers report the
 * origin in `Sec-Fetch-Site`, or over unencrypted HTTP in `Origin`. Other clients send neither.
 */
export function isFromForeignPage(request: AdminRequest): boolean {
  if (isReading(request)) return false;
  const site = headerOf(request, 'sec-fetch-site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const origin = headerOf(request, 'origin');
  return origin !== undefined && !isOwnOrigin(origin, headerOf(request, 'host'));
}

/** A form cannot send JSON, so this rejects foreign forms even if the browser reports no origin. */
export function hasForeignBody(request: AdminRequest): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  const hasBody = encoding !== undefined || length !== '0';
  return hasBody && !/^application\/json\s*(;|$)/i.test(headerOf(request, 'content-type') ?? '');
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
