export const MASK = '***';

export type Rule = readonly [pattern: RegExp, replacement: string];

/** Has a digit, an equals sign or an inner capital, as hardly any word has. */
const UNLIKE_A_WORD = String.raw`(?=[\w.~+/-]*(?:[\d=]|[a-z][A-Z]))`;

const TOKENS = [
  String.raw`eyJ[\w-]{8,}\.[\w-]{2,}(?:\.[\w-]*){1,3}`, // JSON web tokens
  String.raw`(?:AKIA|ASIA)[A-Z\d]{16}(?!\w)`, // AWS
  String.raw`(?:gh[opusr]_|github_pat_)\w{20,}`,
  String.raw`glpat-[\w-]{20,}`,
  String.raw`xox[a-z]-[\w-]{10,}`, // Slack
  String.raw`[rs]k_(?:live|test)_\w{10,}`, // Stripe
  String.raw`whsec_[\w+/=]{16,}`,
  String.raw`sk-(?:proj-|ant-|or-|(?=[\w-]*\d))[\w-]{20,}`, // OpenAI and others
  String.raw`AIza[\w-]{30,}`, // Google
  String.raw`npm_\w{30,}`,
  String.raw`SG\.[\w-]{16,}\.[\w-]{16,}`, // SendGrid
  String.raw`hv[bs]\.[\w-]{20,}`, // Vault
];

/** `scheme://user:password@host`. The part after the colon may hold slashes, unless it looks like a port. */
export const URL_RULES: readonly Rule[] = [
  [
    /\b([a-z][a-z\d+.-]{0,20}:\/\/[^\s:/@?#"'<>]{0,200}):(?:[^\s/]{1,500}@|(?!\d{1,5}[/?#])[^\s"'<>]{1,500}?@)/gi,
    `$1:${MASK}@`,
  ],
  [/\b([a-z][a-z\d+.-]{0,20}:\/\/)(?=[\w.~-]*\d)[\w.~-]{20,500}@/gi, `$1${MASK}@`],
];

/** Texts that are secrets by their own shape, whatever stands before them. */
export const SHAPE_RULES: readonly Rule[] = [
  [new RegExp(String.raw`\b([Bb]earer|BEARER|[Bb]asic|BASIC)\s+${UNLIKE_A_WORD}[\w.~+/=-]{8,}`, 'g'), `$1 ${MASK}`],
  [new RegExp(String.raw`\b(AUTH (?:PLAIN|LOGIN|XOAUTH2|CRAM-MD5)) ${UNLIKE_A_WORD}[\w+/=]{4,}`, 'g'), `$1 ${MASK}`],
  [/\b((?:password|passphrase|api[ _-]?key)\s{1,3})(["'`])(?:(?!\2)[^\n]){1,200}\2/gi, `$1${MASK}`],
  [/(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)[\s\S]*?(?=-----END |$)/g, `$1${MASK}`],
  [/(\bhooks\.slack\.com\/services\/)[\w/]+/g, `$1${MASK}`],
  [new RegExp(String.raw`(?<![\w-])(?:${TOKENS.join('|')})`, 'g'), MASK],
];
