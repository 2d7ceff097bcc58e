import { headerOf, isReading, type AdminRequest } from './admin-request.js';

/**
 * Whether a web page of another origin had a browser send this request, to act with what the browser may do. Browsers
 * say so in `Sec-Fetch-Site`, or, over plain HTTP, in `Origin`; other clients send neither.
 */
export function isFromForeignPage(request: AdminRequest): boolean {
  if (isReading(request)) return false;
  const site = headerOf(request, 'sec-fetch-site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const origin = headerOf(request, 'origin');
  return origin !== undefined && !isOwnOrigin(origin, headerOf(request, 'host'));
}

/** Forms can only send other types, so that this keeps them out where a browser says nothing. */
export function hasForeignBody(request: AdminRequest): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  const hasBody = encoding !== undefined || length !== '0';
  return hasBody && !/^application\/json\s*(;|$)/i.test(headerOf(request, 'content-type') ?? '');
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
