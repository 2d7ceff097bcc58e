/** Fewer characters than addresses allow: `=`, `&`, `?`, `/` and `%` mostly stand around addresses, not in them. */
const WORD = String.raw`[\p{L}\p{N}._+'~-]`;
const DOMAIN = String.raw`(?:[\p{L}\p{N}-]+\.)+\p{L}[\p{L}\p{N}-]+|\[[\da-f.:]+\]|\[IPv6:[\da-f.:]+\]`;

/** Matches start only at the start of a word, so each character is tried once. After `://` stands a URL's user. */
const ADDRESS = new RegExp(
  String.raw`(?:"([^"\n]?)[^"\n]{0,64}"|(?<!${WORD}|://)(${WORD})${WORD}*)(@|%40)(${DOMAIN})`,
  'giu',
);

/**
 * Masks e-mail addresses, which are personal data: `ada@example.com` becomes `a***@example.com`. The domain stays,
 * because it shows which mail server has problems.
 */
export function maskAddresses(text: string): string {
  if (!text.includes('@') && !text.includes('%40')) return text;
  return text.replace(
    ADDRESS,
    (_all, quoted: string | undefined, first: string | undefined, sign: string, domain: string) =>
      `${quoted ?? first ?? ''}***${sign}${domain}`,
  );
}
