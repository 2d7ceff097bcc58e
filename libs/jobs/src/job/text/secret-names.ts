const SECRET =
  /(?:passwords?|passwd|pwd|passphrases?|passcode|secrets?|token|credentials?|signature|(?:api|access|private|secret|account|shared|signing|encryption|master|auth)keys?)$/;
/** Too short to look for at the end of a longer word, such as `compass`. */
const SHORT_SECRETS = new Set(['pass', 'sig']);
const HEADER = /(?:authorization|cookie)$/;
/** Words that may follow the one that makes a name secret: `password_hash`, `SecretString`, `SECRET_KEY_BASE`. */
const TAIL = new Set(
  ['hash', 'value', 'text', 'string', 'binary', 'plain', 'raw', 'base', 'base64', 'encoded', 'confirm'].concat([
    'confirmation',
    'repeat',
    'again',
    'old',
    'new',
  ]),
);

/** The words of a name in lower case. They are the same for `dbPassword`, `DB_PASSWORD` and `db.password`. */
export function wordsOf(name: string): string[] {
  const apart = name.replaceAll(/([a-z\d])([A-Z])/g, '$1_$2').replaceAll(/([A-Z])([A-Z][a-z])/g, '$1_$2');
  return apart
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .map((word) => word.replace(/(?<=[a-z])\d+$/, ''))
    .filter((word) => word !== '');
}

/** Whether the last words name a secret. `token_type` and `secretary` do not. */
export function isSecretName(words: readonly string[]): boolean {
  const end = words.findLastIndex((word) => !TAIL.has(word));
  if (end < 0) return false;
  return SHORT_SECRETS.has(words[end]!) || SECRET.test(words.slice(0, end + 1).join(''));
}

/** Values of these names contain spaces. */
export function isSecretHeader(words: readonly string[]): boolean {
  return HEADER.test(words.join(''));
}

/** Whether a name contains all words of another one, in a row. */
export function hasWords(words: readonly string[], others: readonly string[]): boolean {
  return others.length > 0 && `_${words.join('_')}_`.includes(`_${others.join('_')}_`);
}
