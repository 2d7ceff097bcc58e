/** Not all that an address may hold: `=`, `&`, `?`, `/` and `%` stand around addresses far more often than in them. */
const WORD = String.raw`[\p{L}\p{N}._+'~-]`;
const DOMAIN = String.raw`(?:[\p{L}\p{N}-]+\.)+\p{L}[\p{L}\p{N}-]+|\[[\da-f.:]+\]|\[IPv6:[\da-f.:]+\]`;

/**
 * A part before the sign starts where no word is being read, so that each character is tried once. What follows `://` is
 * the user of a URL.
 */
const ADDRESS = new RegExp(
  String.raw`(?:"([^"\n]?)[^"\n]{0,64}"|(?<!${WORD}|://)(${WORD})${WORD}*)(@|%40)(${DOMAIN})`,
  'giu',
);

/**
 * Masks e-mail addresses, which are personal data: `ada@example.com` becomes `a***@example.com`. The domain stays, since
 * it tells which mail server is in trouble.
 */
export function maskAddresses(text: string): string {
  if (!text.includes('@') && !text.includes('%40')) return text;
  return text.replace(
    ADDRESS,
    (_all, quoted: string | undefined, first: string | undefined, sign: string, domain: string) =>
      `${quoted ?? first ?? ''}***${sign}${domain}`,
  );
}
