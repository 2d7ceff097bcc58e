import { inspect, types } from 'node:util';
import { redactSecrets, type Redact } from './redact-secrets.js';

/** Longer texts are cut: an error is read by people. */
const MAX_BYTES = 8 * 1024;
/** Cut before redacting too, so that patterns never run over megabytes; far enough that nothing half-redacted is kept. */
const MAX_READ_LENGTH = 4 * MAX_BYTES;
const INSPECT_DEPTH = 2;
/** How many causes of causes, and how many errors of an `AggregateError`, are described. */
const MAX_DEPTH = 8;
const MAX_PARTS = 10;
/** One more than `inspect` shows, so that it says that there are more. */
const MAX_ITEMS = 101;

/**
 * A text that PostgreSQL can store for anything that a handler may throw, without what looks like a secret. Of an error
 * it has the stack and the causes, and no other property: a database error carries rows and parameters in them.
 */
export function errorText(error: unknown, redact: Redact = redactSecrets): string {
  return cut(redact(storableText(describe(error, MAX_READ_LENGTH))));
}

/** The first line of an error's text, for logs and events. */
export function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}

function storableText(text: string): string {
  return text.replaceAll('\u0000', '\\u0000').toWellFormed();
}

function cut(text: string): string {
  if (Buffer.byteLength(text) <= MAX_BYTES) return text;
  return `${Buffer.from(text)
    .subarray(0, MAX_BYTES - 16)
    .toString()
    .replace(/\ufffd$/u, '')}… (cut)`;
}

/** Ends where the text is long enough: of errors in errors in errors there can be millions. */
function describe(error: unknown, maxLength: number, depth = 0): string {
  try {
    if (!isError(error))
      return `Thrown: ${inspect(withoutErrors(error), { depth: INSPECT_DEPTH, breakLength: Infinity })}`.slice(
        0,
        maxLength,
      );
    const text = `${error.stack ?? `${error.name}: ${error.message}`}`.slice(0, maxLength);
    return withParts(text, error, maxLength, depth + 1).slice(0, maxLength);
  } catch {
    return 'The handler threw something that cannot be described';
  }
}

/** With the errors inside an `AggregateError`, and the cause. */
function withParts(text: string, error: Error, maxLength: number, depth: number): string {
  if (depth > MAX_DEPTH) return text;
  const add = (what: string, part: unknown) => {
    if (text.length < maxLength) text += `\n${what}: ${describe(part, maxLength - text.length, depth)}`;
  };
  try {
    const parts = error instanceof AggregateError ? error.errors.slice(0, MAX_PARTS) : [];
    for (const part of parts) add('One of its errors', part);
    if (error.cause !== undefined) add('Caused by', error.cause);
    return text;
  } catch {
    return `${text}\nIts cause cannot be described`;
  }
}

/** Also one of another realm, such as a test runner's sandbox. */
function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

/** Errors inside a thrown value as their first line, because `inspect` would show all their properties. */
function withoutErrors(value: unknown, depth = INSPECT_DEPTH): unknown {
  if (isError(value)) return `${value.name}: ${value.message}`;
  if (typeof value !== 'object' || value === null || depth < 0) return value;
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => withoutErrors(item, depth - 1));
  const entries = Object.entries(value);
  if (!entries.some(([, item]) => typeof item === 'object' && item !== null)) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutErrors(item, depth - 1)]));
}
