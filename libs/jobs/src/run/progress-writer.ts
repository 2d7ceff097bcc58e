import type { JobStore } from '../store/job.store.js';
import type { DatabaseWatch } from '../state/database-watch.js';
import type { RunningJob } from '../slots/running-job.js';

/** Stores a percentage; never rejects. */
export type StoreProgress = (running: RunningJob, percent: number) => Promise<void>;

/** A progress that cannot be written is reported to the log and forgotten. */
export function progressWriter(store: JobStore, watch: DatabaseWatch, workerId: () => string): StoreProgress {
  return (job, percent) =>
    store
      .storeProgress(job.shard, workerId(), job.id, job.row.run, percent)
      .catch((error: unknown) => watch.failed(error, 'upkeep'));
}
