import { InvalidJobOptionError } from './job.errors.js';
import { requireInteger, requireOneOf } from './validate/option-checks.js';

/**
 * What to do with ticks that passed while no process ran: skip them, fire the latest one, fire all, or fire the last so
 * many, 1 to 100.
 */
export type CatchUp = 'none' | 'latest' | 'all' | { last: number };

/** As the tables keep it: the last so many are `all` with a bound. */
export interface StoredCatchUp {
  catch_up: 'none' | 'latest' | 'all';
  catch_up_last: number | null;
}

const KNOWN: readonly string[] = ['none', 'latest', 'all'];
const MOST = 100;

/** Throws `InvalidJobOptionError` unless it is a `CatchUp`. */
export function requireCatchUp(path: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) return requireOneOf(path, value, KNOWN);
  if (Object.keys(value).join() !== 'last')
    throw new InvalidJobOptionError(path, `must be one of ${KNOWN.join(', ')} or { last: n }`);
  requireInteger(`${path}.last`, (value as { last: unknown }).last, 1, MOST);
}

export function storedCatchUp(catchUp: CatchUp): StoredCatchUp {
  if (typeof catchUp === 'object') return { catch_up: 'all', catch_up_last: catchUp.last };
  return { catch_up: catchUp, catch_up_last: null };
}

export function catchUpOf({ catch_up: catchUp, catch_up_last: last }: StoredCatchUp): CatchUp {
  return last === null ? catchUp : { last };
}
