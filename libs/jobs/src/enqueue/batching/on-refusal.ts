import { BrokenOffError } from '../../store/connection/break-off.js';
import { isCancelled, isLockTimeout, isStatementRefused } from '../../store/connection/database-errors.js';
import { isContended } from '../../store/connection/retry-contended.js';

/**
 * What happens to the jobs of a failed statement:
 * - `fail`: every job gets the error.
 * - `again`: the same jobs are sent again after a pause.
 * - `halves`: each half is sent in its own statement, until only the job at fault fails.
 * - `each`: each job is sent in its own statement, because one slow or locked job must not delay the others again.
 */
export type AfterRefusal = 'fail' | 'again' | 'halves' | 'each';

export interface RefusedStatement {
  jobs: number;
  /** All its jobs have the same unique key and so wait for the same lock. */
  oneKey: boolean;
}

/** Jobs are sent again only if the server has certainly not written them. */
export function afterRefusal(error: unknown, { jobs, oneKey }: RefusedStatement): AfterRefusal {
  if (error instanceof BrokenOffError) return 'each';
  if (!isStatementRefused(error)) return 'fail';
  if (isContended(error) && (jobs === 1 || oneKey)) return 'again';
  if (jobs === 1) return 'fail';
  return isLockTimeout(error) || isCancelled(error) ? 'each' : 'halves';
}
