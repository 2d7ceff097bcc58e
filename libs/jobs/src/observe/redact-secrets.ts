const NAMES = 'password|passwd|pwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential';

/** Header values have spaces in them, so everything up to the end of the line or of the quotes goes. */
const HEADERS = 'authorization|cookie';

const MASK = '***';

const RULES: [pattern: RegExp, replacement: string][] = [
  // scheme://user:password@host
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@]{0,200}):[^\s/]{1,500}@/gi, `$1:${MASK}@`],
  [new RegExp(`((?:${HEADERS})["']?\\s{0,3}[:=]\\s{0,3})(?:"[^"\\n]*"|'[^'\\n]*'|[^\\n"']+)`, 'gi'), `$1${MASK}`],
  [
    new RegExp(`((?:${NAMES})[\\w-]{0,30}["']?\\s{0,3}[:=]\\s{0,3})(?:"[^"\\n]*"|'[^'\\n]*'|[^\\s,;&"'})\\]]+)`, 'gi'),
    `$1${MASK}`,
  ],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${MASK}`],
];

/** Masks what looks like a secret in a text meant for logs: `password=…`, `"token": "…"`, `Authorization: …`, passwords in URLs. */
export function redactSecrets(text: string): string {
  return RULES.reduce((redacted, [pattern, replacement]) => redacted.replace(pattern, replacement), text);
}
