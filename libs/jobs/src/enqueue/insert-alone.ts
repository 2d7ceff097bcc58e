import type { StartReservation } from '../wake/local-worker.js';
import type { JobStore } from '../store/job.store.js';
import type { EnqueuedJob } from './enqueue-options.js';
import { toFastInsertParams, type PreparedJob } from './prepare-job.js';

/**
 * Writes jobs without options in one statement that is its own transaction. `message` is a wake-up for the other
 * processes, sent when the statement commits.
 */
export async function insertAlone(
  store: JobStore,
  jobs: readonly PreparedJob[],
  message: string | null,
): Promise<EnqueuedJob[]> {
  await store.insertPlain(toFastInsertParams(jobs[0]!.defaultsOf!, jobs), message);
  return jobs.map(toEnqueued);
}

/** Like `insertAlone`, but inserts the jobs as already claimed by the local worker that has reserved slots for them. */
export async function insertStarted(
  store: JobStore,
  jobs: readonly PreparedJob[],
  reservation: StartReservation,
): Promise<EnqueuedJob[]> {
  try {
    const scheduledAt = await store.insertStarted(toFastInsertParams(jobs[0]!.defaultsOf!, jobs), reservation.workerId);
    reservation.inserted(scheduledAt);
  } catch (error) {
    reservation.failed(error);
    throw error;
  }
  return jobs.map(toEnqueued);
}

function toEnqueued({ id, type }: PreparedJob): EnqueuedJob {
  return { id, type, duplicate: false };
}
