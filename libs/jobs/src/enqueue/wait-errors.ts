import { JobConflictError, JobsError } from '../job/job.errors.js';
import { isLockTimeout } from '../store/connection/database-errors.js';
import type { PreparedJob } from './prepare-job.js';

const MAX_NAMED = 5;
const FIX =
  "If it is the caller's own transaction, pass its manager: { manager }. Otherwise end that transaction sooner, or raise " +
  'waitTimeoutMs of JobsModule.';

/** The error of an `enqueue()` that waited for `waitMs` in vain. `lastError`: why its last statement failed, if any. */
export function waitedTooLong(job: PreparedJob, waitMs: number, lastError: unknown, poolUse: string): unknown {
  if (lastError === undefined) return noTurn(job, waitMs, poolUse);
  if (!isLockTimeout(lastError)) return lastError;
  return job.uniqueKey === null ? lockHeld(job, waitMs, lastError) : keysHeld([job], waitMs, lastError);
}

/** Explains a lock timeout of jobs that were written together. Any other `error` is returned as it is. */
export function keysHeld(jobs: readonly PreparedJob[], waitMs: number, error: unknown): unknown {
  if (!isLockTimeout(error)) return error;
  const keyed = jobs.filter(({ uniqueKey }) => uniqueKey !== null);
  if (keyed.length === 0) return lockHeld(jobs[0]!, waitMs, error);
  const names = [...new Set(keyed.map(({ uniqueKey, queue }) => `"${uniqueKey}" of queue "${queue}"`))];
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '';
  const which = names.length === 1 ? 'the unique key' : 'one of the unique keys';
  return new JobConflictError({
    code: 'JOBS_UNIQUE_KEY_HELD',
    what:
      `Job "${keyed[0]!.type}" was not enqueued: another open transaction has held ${which} ` +
      `${names.slice(0, MAX_NAMED).join(', ')}${more} for longer than ${waitMs} ms. Nothing was written.`,
    fix: FIX,
    cause: error,
  });
}

function lockHeld({ type }: PreparedJob, waitMs: number, cause: unknown): JobConflictError {
  return new JobConflictError({
    code: 'JOBS_LOCK_HELD',
    what:
      `Job "${type}" was not enqueued: another open transaction has held a lock that its insert needs, such as one that ` +
      `a trigger or an index of the application takes, for longer than ${waitMs} ms. Nothing was written.`,
    fix: FIX,
    cause,
  });
}

function noTurn({ type }: PreparedJob, waitMs: number, poolUse: string): JobsError {
  return new JobsError({
    code: 'JOBS_NO_CONNECTION',
    what:
      `Job "${type}" was not enqueued: earlier enqueue statements of this process have used their share of the host's ` +
      `pool for longer than ${waitMs} ms (${poolUse}). Nothing was written.`,
    fix: 'Look for slow triggers and held locks on the table "jobs", or give the DataSource a larger poolSize.',
  });
}
