import { InvalidJobOptionError } from './job.errors.js';
import { shownValue } from './validate/option-checks.js';

/** When jobs fall due instead: at a time, or this many milliseconds later than now planned, negative for earlier. */
export type RescheduleTo = Date | { byMs: number };

/** One of both is null. */
export interface NewTime {
  at: Date | null;
  byMs: number | null;
}

/** How far from now a job may fall due, in milliseconds: ten years. */
export const MAX_DELAY_MS = 10 * 366 * 86_400_000;

/** Throws `InvalidJobOptionError` unless it says a time at most ten years from `nowMs`. */
export function checkNewTime(path: string, to: unknown, nowMs: number): NewTime {
  if (to instanceof Date) {
    requireNearDate(path, to, nowMs);
    return { at: to, byMs: null };
  }
  const { byMs, ...others } = (typeof to === 'object' && to !== null ? to : {}) as { byMs?: unknown };
  if (typeof byMs !== 'number' || Object.keys(others).length > 0)
    throw new InvalidJobOptionError(
      path,
      `must be a Date or { byMs: milliseconds }; it is ${shownValue(to)}`,
      'Give the time at which the jobs shall fall due, or by how much they are put off.',
    );
  if (!(Math.abs(byMs) <= MAX_DELAY_MS))
    throw new InvalidJobOptionError(
      `${path}.byMs`,
      `is ${byMs}; must be from -${MAX_DELAY_MS} to ${MAX_DELAY_MS} (ten years)`,
    );
  return { at: null, byMs };
}

/** Throws `InvalidJobOptionError` unless it is a date at most ten years from `nowMs`. */
export function requireNearDate(path: string, date: unknown, nowMs: number): void {
  if (!(date instanceof Date) || Number.isNaN(date.getTime()))
    throw new InvalidJobOptionError(path, 'is not a valid Date');
  if (Math.abs(date.getTime() - nowMs) > MAX_DELAY_MS)
    throw new InvalidJobOptionError(path, `${date.toISOString()} is more than ten years away`);
}
