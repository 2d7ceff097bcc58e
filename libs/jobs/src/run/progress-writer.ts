import type { JobStore } from '../store/job.store.js';
import type { DatabaseWatch } from '../state/database-watch.js';
import type { RunningJob } from '../slots/running-job.js';

/** Stores a percentage. Never rejects. */
export type StoreProgress = (running: RunningJob, percent: number) => Promise<void>;

/** A failed write is logged and not repeated: the next one replaces it. */
export function progressWriter(store: JobStore, watch: DatabaseWatch, workerId: string): StoreProgress {
  return (job, percent) =>
    store
      .storeProgress(job.shard, workerId, job.id, job.row.run, percent)
      .catch((error: unknown) => watch.failed(error, 'upkeep'));
}
