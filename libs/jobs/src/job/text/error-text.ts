import { inspect, types } from 'node:util';
import { redactSecrets, type Redact } from './redact-secrets.js';

/** Longer texts are cut, because people read them. */
const MAX_BYTES = 8 * 1024;
/**
 * Texts are also cut before they are redacted, so that no pattern runs over megabytes. The limit is far enough beyond
 * the other one that no half-redacted secret is kept.
 */
const MAX_READ_LENGTH = 4 * MAX_BYTES;
const INSPECT_DEPTH = 2;
/** How deep causes are followed, and how many errors of an `AggregateError` are described. */
const MAX_DEPTH = 8;
const MAX_PARTS = 10;
const STACK_LINE = /^\s+at /;
const CAUSE = 'Caused by';
const ONE_OF_ITS_ERRORS = 'One of its errors';
const PART = new RegExp(`^(${CAUSE}|${ONE_OF_ITS_ERRORS}): `);
/** One more than `inspect` shows, so that it says that there are more. */
const MAX_ITEMS = 101;
const NOT_ASCII = /[^\x20-\x7e\s]/gu;

/**
 * The text of anything that a handler may throw, as PostgreSQL can store it, with secrets masked. Of an error it has
 * the stack and the causes, but no other properties: those of database errors hold rows and parameters.
 */
export function errorText(error: unknown, redact: Redact = redactSecrets): string {
  return cutText(redact(storableText(describe(error, MAX_READ_LENGTH))), MAX_BYTES);
}

/** The text in ASCII, for databases with any encoding. Other characters are escaped, such as \\u2192 for an arrow. */
export function asciiText(text: string): string {
  return text.replace(NOT_ASCII, (character) => {
    const hex = character.codePointAt(0)!.toString(16);
    return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
  });
}

export function isAscii(text: string): boolean {
  return text.search(NOT_ASCII) < 0;
}

/** The text of an error in one line without the stack, for logs and events: name, message, causes and inner errors. */
export function oneLine(text: string): string {
  const lines = text.split('\n').filter((line) => !STACK_LINE.test(line));
  const kept = lines.map((line) => line.trim()).filter(Boolean);
  return kept.map((line, i) => (i === 0 ? line : `${PART.test(line) ? '; ' : ' '}${line}`)).join('');
}

/** The text without what PostgreSQL cannot store: U+0000 and lone surrogates. */
export function storableText(text: string): string {
  return text.replaceAll('\u0000', '\\u0000').toWellFormed();
}

/** The text in at most `maxBytes` bytes. It says that it was cut. */
export function cutText(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  return `${Buffer.from(text)
    .subarray(0, maxBytes - 16)
    .toString()
    .replace(/\ufffd$/u, '')}… (cut)`;
}

/** Stops once the text is long enough: nested errors can be millions. */
function describe(error: unknown, maxLength: number, depth = 0): string {
  try {
    if (!isError(error))
      return `Thrown: ${inspect(withoutErrors(error), { depth: INSPECT_DEPTH, breakLength: Infinity })}`.slice(
        0,
        maxLength,
      );
    return withParts(stackOf(error).slice(0, maxLength), error, maxLength, depth + 1).slice(0, maxLength);
  } catch {
    return 'The handler threw something that cannot be described';
  }
}

/** A stack begins with the name and message that the error had when it was made. Both may have changed since. */
function stackOf({ name, message, stack }: Error): string {
  const header = message ? `${name}: ${message}` : `${name}`;
  if (!stack) return header;
  if (stack.startsWith(name) && stack.includes(message)) return stack;
  const frames = /(\n\s+at .*)+$/.exec(stack)?.[0] ?? '';
  return `${header}${frames}`;
}

/** Adds the errors inside an `AggregateError`, and the cause. */
function withParts(text: string, error: Error, maxLength: number, depth: number): string {
  if (depth > MAX_DEPTH) return text;
  const add = (what: string, part: unknown) => {
    if (text.length < maxLength) text += `\n${what}: ${describe(part, maxLength - text.length, depth)}`;
  };
  try {
    const parts = error instanceof AggregateError ? error.errors.slice(0, MAX_PARTS) : [];
    for (const part of parts) add(ONE_OF_ITS_ERRORS, part);
    if (error.cause !== undefined) add(CAUSE, error.cause);
    return text;
  } catch {
    return `${text}\nIts cause cannot be described`;
  }
}

/** Also true for errors of another realm, such as a test runner's sandbox. */
function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

/** Replaces errors inside a thrown value by their first line, because `inspect` would show all their properties. */
function withoutErrors(value: unknown, depth = INSPECT_DEPTH): unknown {
  if (isError(value)) return `${value.name}: ${value.message}`;
  if (typeof value !== 'object' || value === null || depth < 0) return value;
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => withoutErrors(item, depth - 1));
  const entries = Object.entries(value);
  if (!entries.some(([, item]) => typeof item === 'object' && item !== null)) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutErrors(item, depth - 1)]));
}
