import { inspect } from 'node:util';
import { redactSecrets, type Redact } from './redact-secrets.js';

/** Longer texts are cut: an error is read by people. */
const MAX_BYTES = 8 * 1024;
/** Cut before redacting too, so that patterns never run over megabytes; far enough that nothing half-redacted is kept. */
const MAX_READ_LENGTH = 4 * MAX_BYTES;
const INSPECT_DEPTH = 2;

/**
 * A text that PostgreSQL can store for anything that a handler may throw, without what looks like a secret. Of an error
 * it has the stack and the causes, and no other property: a database error carries rows and parameters in them.
 */
export function errorText(error: unknown, redact: Redact = redactSecrets): string {
  return cut(redact(storableText(describe(error).slice(0, MAX_READ_LENGTH))));
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

function describe(error: unknown): string {
  try {
    if (!(error instanceof Error))
      return `Thrown: ${inspect(withoutErrors(error), { depth: INSPECT_DEPTH, breakLength: Infinity })}`;
    const cause = error.cause === undefined ? '' : `\nCaused by: ${describe(error.cause)}`;
    return `${error.stack ?? `${error.name}: ${error.message}`}${cause}`;
  } catch {
    return 'The handler threw something that cannot be described';
  }
}

/** Errors inside a thrown value as their first line, because `inspect` would show all their properties. */
function withoutErrors(value: unknown, depth = INSPECT_DEPTH): unknown {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value !== 'object' || value === null || depth < 0) return value;
  if (Array.isArray(value)) return value.map((item) => withoutErrors(item, depth - 1));
  const entries = Object.entries(value);
  if (!entries.some(([, item]) => typeof item === 'object' && item !== null)) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutErrors(item, depth - 1)]));
}
