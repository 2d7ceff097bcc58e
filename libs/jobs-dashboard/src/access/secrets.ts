import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Returns the token of an `Authorization: Bearer` header, or undefined without such a header. */
export function bearerOf(authorization: string | undefined): string | undefined {
  if (!/^bearer\b/i.test(authorization ?? '')) return undefined;
  return /^bearer +(\S+)$/i.exec(authorization!.trim())?.[1] ?? '';
}

/** Compares two texts in constant time. */
export function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

/** The value that a browser stores instead of the token. It is valid as long as the token and does not reveal it. */
export function sessionOf(token: string): string {
  return createHmac('sha256', token).update('jobs session').digest('base64url');
}

/** All digests have the same length, which the comparison requires. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
