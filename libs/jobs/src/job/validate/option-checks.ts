import { inspect } from 'node:util';
import { InvalidJobOptionError } from '../job.errors.js';
import { nearestName } from './nearest-name.js';

/** The length of the columns `type` and `queue`. */
export const MAX_NAME_LENGTH = 50;
export const MAX_KEY_LENGTH = 200;
/** Longer values are cut in messages. */
const MAX_SHOWN_LENGTH = 60;

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.:-]*$/;
// oxlint-disable-next-line no-control-regex -- control characters are exactly what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Throws `InvalidJobOptionError` unless `name` can name a type or a queue. */
export function requireName(path: string, name: unknown): void {
  if (typeof name !== 'string' || name.length === 0)
    throw new InvalidJobOptionError(path, `must be a non-empty string; it is ${shownValue(name)}`);
  if (name.length > MAX_NAME_LENGTH)
    throw new InvalidJobOptionError(path, `has ${name.length} characters; at most ${MAX_NAME_LENGTH} are allowed`);
  if (!NAME.test(name))
    throw new InvalidJobOptionError(path, `${JSON.stringify(name)} may only have letters, digits and _ . : -`);
}

/** Throws `InvalidJobOptionError` unless `key` can be a unique or concurrency key. */
export function requireKey(path: string, key: unknown): void {
  if (typeof key !== 'string' || key.length === 0)
    throw new InvalidJobOptionError(path, `must be a non-empty string; it is ${shownValue(key)}`);
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
    `is ${typeof value === 'string' ? JSON.stringify(value) : shownValue(value)}; ${advice}`,
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

/** The value of an option by its path, such as `lease.renewMs`, as messages show it. */
export function shownAt(options: unknown, path: string): string {
  const inside = (value: unknown, name: string) => (value as Record<string, unknown> | null | undefined)?.[name];
  return shownValue(path.split('.').reduce(inside, options));
}

export function shownValue(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) return String(value);
  const text = inspect(value, { depth: 1, breakLength: Infinity });
  return text.length <= MAX_SHOWN_LENGTH ? text : `${text.slice(0, MAX_SHOWN_LENGTH)}…`;
}

/** A check of the given options, of the options with defaults, and of where the defaults are from. */
export type OptionCheck<Given, Resolved, Base> = (given: Given, resolved: Resolved, base: Base) => unknown;

/** Runs all checks. Throws one `InvalidJobOptionError` with all their issues. */
export function requireAll(...checks: (() => unknown)[]): void {
  requireEach(checks, null, null, null);
}

/** As `requireAll`, for checks that are made once and run often: without an issue, nothing is allocated. */
export function requireEach<Given, Resolved, Base>(
  checks: readonly OptionCheck<Given, Resolved, Base>[],
  given: Given,
  resolved: Resolved,
  base: Base,
): void {
  let found: InvalidJobOptionError[] | null = null;
  for (let i = 0; i < checks.length; i++)
    try {
      checks[i]!(given, resolved, base);
    } catch (error) {
      if (!(error instanceof InvalidJobOptionError)) throw error;
      (found ??= []).push(error);
    }
  if (found) throw together(found);
}

function together(found: readonly InvalidJobOptionError[]): InvalidJobOptionError {
  const [first, ...others] = found.flatMap(({ issues }) => issues);
  return new InvalidJobOptionError(first!.path, first!.message, found[0]!.fix, others);
}
