import { isFinished } from '../job/job-status.js';
import { JobNotFoundError } from '../job/job.errors.js';
import type { JobStore } from '../store/control/job.store.js';
import { alreadyFinished, cancelSkipped } from './refusals.js';

/** Each try can miss because the job starts or ends meanwhile. More misses in a row mean that something skips the update. */
const MAX_CANCEL_TRIES = 10;

/** `cancelled`: the job will not run. `processing`: it runs now, its worker is asked to abort it, and it will not run again. */
export interface CancelledJob {
  id: string;
  status: 'cancelled' | 'processing';
}

/** Cancels a job, or leaves a request for the worker that runs it and calls `onRequested`. Throws as `JobService.cancel`. */
export async function cancelJob(
  store: JobStore,
  shard: number,
  id: string,
  onRequested: () => void,
): Promise<CancelledJob> {
  for (let tries = 0; tries < MAX_CANCEL_TRIES; tries++) {
    const transition = await store.cancel(shard, id);
    if (transition === 'signalled') onRequested();
    if (transition) return { id, status: transition === 'cancelled' ? 'cancelled' : 'processing' };
    const row = await store.get(shard, id);
    if (!row) throw new JobNotFoundError(id);
    if (isFinished(row.status)) throw alreadyFinished(id, row.status);
  }
  throw cancelSkipped(id, MAX_CANCEL_TRIES);
}
