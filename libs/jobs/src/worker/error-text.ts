import { inspect } from 'node:util';

/** Longer texts are cut: an error is read by people. */
const MAX_BYTES = 8 * 1024;

/** A text that PostgreSQL can store for anything that a handler may throw. */
export function errorText(error: unknown): string {
  const text = describe(error).replaceAll('\u0000', '\\u0000').toWellFormed();
  if (Buffer.byteLength(text) <= MAX_BYTES) return text;
  return `${Buffer.from(text)
    .subarray(0, MAX_BYTES - 16)
    .toString()
    .replace(/\ufffd$/u, '')}… (cut)`;
}

/** The first line of an error's text, for logs and events. */
export function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}

function describe(error: unknown): string {
  try {
    if (!(error instanceof Error)) return `Thrown: ${inspect(error, { depth: 2, breakLength: Infinity })}`;
    const cause = error.cause === undefined ? '' : `\nCaused by: ${describe(error.cause)}`;
    return `${error.stack ?? `${error.name}: ${error.message}`}${cause}`;
  } catch {
    return 'The handler threw something that cannot be described';
  }
}
