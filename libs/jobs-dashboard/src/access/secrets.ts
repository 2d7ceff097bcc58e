import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The token of an `Authorization: Bearer` header, or undefined where there is no such header. */
export function bearerOf(authorization: string | undefined): string | undefined {
  if (!/^bearer\b/i.test(authorization ?? '')) return undefined;
  return /^bearer +(\S+)$/i.exec(authorization!.trim())?.[1] ?? '';
}

/** Whether two texts are the same. Takes the same time wherever they differ. */
export function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

/** What a browser keeps in place of a token: it dies with the token, and the token cannot be told from it. */
export function sessionOf(token: string): string {
  return createHmac('sha256', token).update('jobs session').digest('base64url');
}

/** Of one length, as the comparison needs it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
