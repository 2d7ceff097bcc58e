import { BrokenOffError } from '../../store/connection/break-off.js';
import { isCancelled, isLockTimeout, isStatementRefused } from '../../store/connection/database-errors.js';
import { isContended } from '../../store/connection/retry-contended.js';

/**
 * What becomes of the jobs of a statement that failed:
 * - `fail`: all of them get the error.
 * - `again`: together, after a pause.
 * - `halves`: each half in a statement of its own, until only the job at fault is left.
 * - `each`: each in a statement of its own, because one that is slow or locked must not hold up the others again.
 */
export type AfterRefusal = 'fail' | 'again' | 'halves' | 'each';

export interface RefusedStatement {
  jobs: number;
  /** All its jobs have the same unique key, so they wait for the same lock. */
  oneKey: boolean;
}

/** Only what the server has certainly not written is sent again. */
export function afterRefusal(error: unknown, { jobs, oneKey }: RefusedStatement): AfterRefusal {
  if (error instanceof BrokenOffError) return 'each';
  if (!isStatementRefused(error)) return 'fail';
  if (isContended(error) && (jobs === 1 || oneKey)) return 'again';
  if (jobs === 1) return 'fail';
  return isLockTimeout(error) || isCancelled(error) ? 'each' : 'halves';
}
