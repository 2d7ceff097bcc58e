import { InvalidJobOptionError } from './job.errors.js';
import { nearestName } from './nearest-name.js';

/** The `varchar(50)` of the columns `type` and `queue`. */
export const MAX_NAME_LENGTH = 50;
export const MAX_KEY_LENGTH = 200;

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.:-]*$/;
// oxlint-disable-next-line no-control-regex -- control characters are exactly what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Throws `InvalidJobOptionError` unless `name` can name a type or a queue. */
export function requireName(path: string, name: unknown): void {
  if (typeof name !== 'string' || name.length === 0)
    throw new InvalidJobOptionError(path, 'must be a non-empty string');
  if (name.length > MAX_NAME_LENGTH)
    throw new InvalidJobOptionError(path, `has ${name.length} characters; at most ${MAX_NAME_LENGTH} are allowed`);
  if (!NAME.test(name))
    throw new InvalidJobOptionError(path, `${JSON.stringify(name)} may only have letters, digits and _ . : -`);
}

/** Throws `InvalidJobOptionError` unless `key` can be a unique or concurrency key. */
export function requireKey(path: string, key: unknown): void {
  if (typeof key !== 'string' || key.length === 0) throw new InvalidJobOptionError(path, 'must be a non-empty string');
  if (key.length > MAX_KEY_LENGTH)
    throw new InvalidJobOptionError(path, `has ${key.length} characters; at most ${MAX_KEY_LENGTH} are allowed`);
  if (CONTROL.test(key) || !key.isWellFormed())
    throw new InvalidJobOptionError(path, 'must not have control characters or lone surrogates');
}

export function requireInteger(path: string, value: unknown, min: number, max: number): void {
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max)
    throw new InvalidJobOptionError(path, `is ${String(value)}; must be a whole number from ${min} to ${max}`);
}

export function requireOneOf(path: string, value: unknown, allowed: readonly string[]): void {
  if (allowed.some((one) => one === value)) return;
  const nearest = typeof value === 'string' ? nearestName(value, allowed) : null;
  const advice = nearest === null ? `must be one of ${allowed.join(', ')}` : `did you mean "${nearest}"?`;
  throw new InvalidJobOptionError(
    path,
    `is ${typeof value === 'string' ? JSON.stringify(value) : String(value)}; ${advice}`,
  );
}

export function isName(name: unknown): name is string {
  return typeof name === 'string' && name.length <= MAX_NAME_LENGTH && NAME.test(name);
}

export function isTimeZone(name: unknown): name is string {
  if (typeof name !== 'string') return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}
