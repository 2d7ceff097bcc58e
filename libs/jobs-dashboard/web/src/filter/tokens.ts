/** A word of the search: `type:mail` has the key `type`, and a word without a colon has none. */
export interface Token {
  key: string;
  value: string;
  /** Whether the value was in quotes, and so is a text even if it looks like a number. */
  quoted: boolean;
  /** As it was written. */
  text: string;
}

const TOKEN = /(?:([^\s":]+):)?(?:"((?:[^"\\]|\\.)*)"?|(\S+))/gu;

export function tokensOf(search: string): Token[] {
  return [...search.matchAll(TOKEN)].map(([text, key = '', inQuotes, plain]) => ({
    key,
    value: inQuotes === undefined ? (plain ?? '') : inQuotes.replaceAll(/\\(.)/gu, '$1'),
    quoted: inQuotes !== undefined,
    text,
  }));
}

/** A token as it must be written. */
export function tokenText(key: string, value: string): string {
  const plain = /^[^\s"\\]+$/u.test(value);
  return `${key}:${plain ? value : `"${value.replaceAll(/["\\]/gu, '\\$&')}"`}`;
}

/** The search with one value of a key instead of all that it had; without the key if there is no value. */
export function withToken(search: string, key: string, value: string | null): string {
  const others = tokensOf(search).filter((token) => token.key !== key);
  return [...others.map(({ text }) => text), ...(value === null ? [] : [tokenText(key, value)])].join(' ');
}
