const NAMES = 'password|passwd|pwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential';

/** Header values have spaces in them, so everything up to the end of the line or of the quotes goes. */
const HEADERS = 'authorization|cookie';

const MASK = '***';

type Rule = [pattern: RegExp, replacement: string];
export type Redact = (text: string) => string;

function rulesFor(names: readonly string[]): Rule[] {
  const all = [NAMES, ...names.map((name) => name.replaceAll(/[.-]/g, '\\$&'))].join('|');
  return [
    // scheme://user:password@host
    [/\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@]{0,200}):[^\s/]{1,500}@/gi, `$1:${MASK}@`],
    [new RegExp(`((?:${HEADERS})["']?\\s{0,3}[:=]\\s{0,3})(?:"[^"\\n]*"|'[^'\\n]*'|[^\\n"']+)`, 'gi'), `$1${MASK}`],
    [
      new RegExp(`((?:${all})[\\w-]{0,30}["']?\\s{0,3}[:=]\\s{0,3})(?:"[^"\\n]*"|'[^'\\n]*'|[^\\s,;&"'})\\]]+)`, 'gi'),
      `$1${MASK}`,
    ],
    [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${MASK}`],
  ];
}

const redactors = new WeakMap<readonly string[], Redact>();

/**
 * Masks what looks like a secret in a text: `password=…`, `"token": "…"`, `Authorization: …`, passwords in URLs, and
 * likewise the values of the names given, such as the module's option `redact`.
 */
export function redactorOf(names: readonly string[]): Redact {
  const known = redactors.get(names);
  if (known) return known;
  const rules = rulesFor(names);
  const redact: Redact = (text) =>
    rules.reduce((redacted, [pattern, replacement]) => redacted.replace(pattern, replacement), text);
  redactors.set(names, redact);
  return redact;
}

/** As `redactorOf`, with the built-in names alone. */
export const redactSecrets: Redact = redactorOf([]);
