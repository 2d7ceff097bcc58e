import type { TLSSocket } from 'node:tls';
import { headerOf, type AdminRequest } from './admin-request.js';

const MAX_AGE_SECONDS = 30 * 86_400;

/** Returns the session from the request's cookies, or undefined. */
export function sessionCookieOf(request: AdminRequest): string | undefined {
  const start = `${nameFor(request)}=`;
  const cookies = (headerOf(request, 'cookie') ?? '').split(';').map((cookie) => cookie.trim());
  return cookies.find((cookie) => cookie.startsWith(start))?.slice(start.length);
}

/** Returns a `Set-Cookie` header. Scripts cannot read the cookie, and pages of other sites cannot send it. */
export function sessionCookie(request: AdminRequest, session: string): string {
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${MAX_AGE_SECONDS}`];
  return [`${nameFor(request)}=${session}`, ...attributes, ...(isEncrypted(request) ? ['Secure'] : [])].join('; ');
}

/** All ports of a host share their cookies. Without the port, two applications on a machine would sign each other out. */
function nameFor({ socket }: AdminRequest): string {
  return `jobs_session_${socket.localPort}`;
}

function isEncrypted(request: AdminRequest): boolean {
  return (
    (request.socket as Partial<TLSSocket>).encrypted === true || headerOf(request, 'x-forwarded-proto') === 'https'
  );
}
