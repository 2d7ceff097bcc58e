import { groupBy } from '../job/group-by.js';
import type { JobStore } from '../store/job.store.js';
import type { RunningJob } from './running-job.js';

/** Aborts those of the running jobs that somebody asked to cancel. */
export async function abortCancelled(store: JobStore, running: readonly RunningJob[]): Promise<void> {
  for (const [shard, jobs] of groupBy(running, (job) => job.shard)) {
    const ids = jobs.map((job) => job.id);
    const cancelled = new Set(await store.readCancelled(shard, ids));
    for (const job of jobs) if (cancelled.has(job.id)) job.abort('cancelled');
  }
}
