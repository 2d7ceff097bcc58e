import type { JobStore } from '../store/job.store.js';
import type { DatabaseWatch } from './database-watch.js';
import type { StoreProgress } from './run-context.js';

/** Writes the progress of a job one value after the other; what cannot be written is told and forgotten. */
export function progressWriter(store: JobStore, watch: DatabaseWatch, workerId: () => string): StoreProgress {
  return (job, percent) => {
    job.progressWrite = (job.progressWrite ?? Promise.resolve())
      .then(() => store.storeProgress(job.shard, workerId(), job.id, job.row.run, percent))
      .catch((error: unknown) => watch.failed(error, 'upkeep'));
  };
}
