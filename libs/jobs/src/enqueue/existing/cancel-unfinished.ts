import { bucketFor } from '../../job/job-id.js';
import { isFinished } from '../../job/job-status.js';
import { JobNotFoundError } from '../../job/job.errors.js';
import type { JobStore, Transition } from '../../store/control/job.store.js';
import type { EnqueueStore } from '../../store/stages/enqueue.store.js';
import { requireKey } from '../../job/validate/option-checks.js';
import { alreadyFinished, cancelSkipped } from './refusals.js';

/** `cancelled`: the job will not run. `processing`: it runs now, its worker is asked to abort it, and it will not run again. */
export interface CancelledJob {
  id: string;
  status: 'cancelled' | 'processing';
}

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

/** The id of the unfinished job that has a unique key, or null. Throws `InvalidJobOptionError`. */
export async function holderOf(
  store: EnqueueStore,
  key: { queue: string; uniqueKey: string },
  shards: number,
): Promise<string | null> {
  requireKey('uniqueKey', key.uniqueKey);
  const [holder] = await store.findByKeys(bucketFor(key) % shards, [key]);
  return holder?.id ?? null;
}
