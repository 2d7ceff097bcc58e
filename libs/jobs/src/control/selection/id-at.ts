import { InvalidJobOptionError } from '../../job/job.errors.js';

/** Below the id of every job. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Above the id of every job. */
export const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const LAST_MS = 2 ** 48 - 1;

/** The lowest id of a job that was created at this time or later: ids begin with the time. */
export function idAt(path: string, time: unknown): string | null {
  if (time === undefined) return null;
  const ms = time instanceof Date ? time.getTime() : Number.NaN;
  if (!(ms >= 0 && ms <= LAST_MS)) throw new InvalidJobOptionError(path, 'must be a date from 1970 on');
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
