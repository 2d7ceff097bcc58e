import { isFinished } from '../../job/job-status.js';
import { JobNotFoundError } from '../../job/job.errors.js';
import type { JobStore, Transition } from '../../store/control/job.store.js';
import { alreadyFinished, cancelSkipped } from './refusals.js';

/** Each try can miss because the job starts or ends meanwhile. More misses in a row mean that something skips the update. */
const MAX_TRIES = 10;

/** Cancels a job or leaves a request for its worker. Throws `JobNotFoundError` or `JobConflictError`. */
export async function cancelUnfinished(store: JobStore, shard: number, id: string): Promise<NonNullable<Transition>> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const transition = await store.cancel(shard, id);
    if (transition) return transition;
    const row = await store.get(shard, id);
    if (!row) throw new JobNotFoundError(id);
    if (isFinished(row.status)) throw alreadyFinished(id, row.status);
  }
  throw cancelSkipped(id, MAX_TRIES);
}
