import { maskAddresses } from './mask-addresses.js';
import { hasWords, isSecretHeader, isSecretName, wordsOf } from './secret-names.js';
import { MASK, SHAPE_RULES, URL_RULES, type Rule } from './secret-shapes.js';

export type Redact = (text: string) => string;

/** A name and what separates it from its value, in code, JSON (also in JSON), YAML, queries and command lines. */
const NAME = /(?<![\w.-]|[Uu]nexpected )([\w.-]*\w)(\\{0,3}["'`]?\s{0,3}[:=]\s{0,3}\[?\s?)/g;
const OPTION = /(?<![\w-])(--[\w-]*\w)([ \t]{1,3})(?!-)/g;

const QUOTED_IN_TEXT = /(\\+["'])[^\n]*?(?:\1|(?=\n)|$)/y;
const QUOTED = /(["'`])(?:[^\\\n]|\\.)*?(?:\1|(?=\n)|$)/y;
const LINE = /[^\n"'\]}]+/y;
/** Includes a comma, a semicolon or an ampersand, unless a space or another name follows. */
const UNQUOTED = /(?:[^\s,;&"'})\]]|[,;&](?=[^\s,;&"'})\]])(?![\w.-]{1,50}\s?[:=]))+/y;

/** Never a secret, wherever it stands. */
const LITERAL = /(?:true|false|null|undefined|none|string|number|boolean|unknown|\*{3,})(?![\w-])/iy;
/** How a sentence continues after a colon. */
const SENTENCE = new RegExp(
  String.raw`(?:a|an|the|is|are|was|were|has|have|had|must|should|may|can|cannot|could|will|does|do|did|not|no|nothing|` +
    String.raw`too|only|please|if|when|while|for|from|of|in|at|on|off|by|to|and|or|with|without|expected|received|required|` +
    String.raw`missing|invalid|incorrect|wrong|expired|empty|unset|set|sent|changed|reset|failed|refused|rejected|denied|` +
    String.raw`disabled|enabled|include|omit|same-origin)(?![\w-])`,
  'iy',
);
/** Two ordinary words, for names that are also ordinary words. */
const WORDS = /[A-Z]?[a-z]+ [a-z]+(?![\w-])/y;
const NUMBER = /\d+(?![\w.-])/y;
const PATH = /(?:\/|[A-Z]:\\)/y;

const redactors = new WeakMap<readonly string[], Redact>();

/**
 * Masks secrets in a text: `password=…`, `"token": "…"`, `Authorization: …`, passwords in URLs, private keys, and
 * tokens with a known shape. Values of the given names are masked too, such as those of the module's option `redact`.
 * Sentences about secrets stay as they are.
 */
export function redactorOf(names: readonly string[]): Redact {
  const known = redactors.get(names);
  if (known) return known;
  const own = names.map(wordsOf);
  const redact: Redact = (text) => {
    const named = [NAME, OPTION].reduce(
      (masked, pattern) => maskValues(masked, pattern, own),
      applyRules(URL_RULES, text),
    );
    return maskAddresses(applyRules(SHAPE_RULES, named));
  };
  redactors.set(names, redact);
  return redact;
}

/** As `redactorOf`, for the built-in names only. */
export const redactSecrets: Redact = redactorOf([]);

function applyRules(rules: readonly Rule[], text: string): string {
  return rules.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);
}

function maskValues(text: string, names: RegExp, own: readonly string[][]): string {
  let masked = '';
  let done = 0;
  for (const { 0: all, 1: name, 2: separator, index } of text.matchAll(names)) {
    const from = index + all.length;
    if (index < done) continue;
    const end = valueEnd(text, from, { words: wordsOf(name!), separator: separator!, own });
    if (end === from) continue;
    masked += text.slice(done, from) + MASK;
    done = end;
  }
  return masked + text.slice(done);
}

interface Named {
  words: string[];
  separator: string;
  own: readonly string[][];
}

/** The end of the secret that starts at `from`, or `from` if there is none. */
function valueEnd(text: string, from: number, { words, separator, own }: Named): number {
  const isOwn = own.some((others) => hasWords(words, others));
  const isHeader = isSecretHeader(words);
  if (!isOwn && !isHeader && !isSecretName(words)) return from;
  const quoted = endOf(QUOTED_IN_TEXT, text, from) ?? endOf(QUOTED, text, from);
  if (quoted !== null) return quoted;
  if (!isOwn && isInnocent(text, from, words, separator)) return from;
  return endOf(isHeader ? LINE : UNQUOTED, text, from) ?? from;
}

function isInnocent(text: string, from: number, words: readonly string[], separator: string): boolean {
  const name = words.join('_');
  const is = (pattern: RegExp) => endOf(pattern, text, from) !== null;
  if (is(LITERAL)) return true;
  if (name === 'pwd' && is(PATH)) return true;
  if (separator.includes('=') || !/\s/.test(separator)) return false;
  if (name === 'pass' && is(NUMBER)) return true;
  return is(SENTENCE) || ((name === 'token' || name === 'secret') && is(WORDS));
}

function endOf(pattern: RegExp, text: string, from: number): number | null {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : null;
}
