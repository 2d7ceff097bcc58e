import { InvalidArgumentError } from 'commander';
import type { CatchUp } from '../job/catch-up.js';

/** As the option `shards` of `JobsModule`. */
export const MAX_SHARDS = 1_024;

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SPAN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** Milliseconds of a time span such as `90s`, `15m` or `2h`. */
export function timeSpan(text: string): number {
  const [, amount, unit] = SPAN.exec(text) ?? [];
  if (amount === undefined || unit === undefined)
    throw new InvalidArgumentError('It must be a number with a unit, such as 90s, 15m, 2h or 7d.');
  return Number(amount) * UNITS[unit]!;
}

/** A time such as `2026-05-01T10:00Z`, or how long ago it was, such as `2h`. */
export function pointInTime(text: string, nowMs: number = Date.now()): Date {
  if (SPAN.test(text)) return new Date(nowMs - timeSpan(text));
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('It must be a time such as 2026-05-01T10:00Z, or how long ago it was, such as 2h.');
  return time;
}

/** A time such as `2026-05-01T10:00Z`. */
export function time(text: string): Date {
  const found = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(found.getTime())) throw new InvalidArgumentError('It must be a time such as 2026-05-01T10:00Z.');
  return found;
}

/** What to do with missed ticks: a word, or how many of the last. The library says which words there are. */
export function catchUp(text: string): CatchUp {
  return /^\d+$/.test(text) ? { last: Number(text) } : (text as CatchUp);
}

/** A time such as `2026-05-01T10:00Z`, or how far away it is, such as `2h`. */
export function timeToCome(text: string): Date {
  return SPAN.test(text) ? new Date(Date.now() + timeSpan(text)) : pointInTime(text);
}

/** Milliseconds of a time span that may be negative, such as `-2h`. */
export function shift(text: string): number {
  return text.startsWith('-') ? -timeSpan(text.slice(1)) : timeSpan(text);
}

/** A whole number from `min` on. */
export function wholeNumber(min: number, max: number) {
  return (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max))
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    return value;
  };
}

/** Collects the values of an option that may be given several times. */
export function several(text: string, before: string[] = []): string[] {
  return [...before, text];
}

/** JSON, such as a payload. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(`It is not JSON: ${(error as Error).message}.`);
  }
}

/** An object in JSON, or a path and a value: `user.id=7` is `{"user":{"id":7}}`. Values that are not JSON are texts. */
export function payloadFilter(text: string, before: Record<string, unknown> = {}): Record<string, unknown> {
  const [, path, value] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
  if (path === undefined || value === undefined) return merged(before, objectOf(json(text)));
  const found = path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), valueOf(value));
  return merged(before, found as Record<string, unknown>);
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  if (isObject(value)) return value;
  throw new InvalidArgumentError('It must be an object in JSON, or a path and a value such as user.id=7.');
}

/** Makes own properties, whatever their names: `__proto__` is a key of a payload like any other. */
function merged(before: Record<string, unknown>, added: Record<string, unknown>): Record<string, unknown> {
  const result = new Map(Object.entries(before));
  for (const [key, value] of Object.entries(added)) {
    const old = result.get(key);
    result.set(key, isObject(old) && isObject(value) ? merged(old, value) : value);
  }
  return Object.fromEntries(result);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
