import type { StartReservation } from '../wake/local-worker.js';
import type { JobStore } from '../store/job.store.js';
import type { EnqueuedJob } from './enqueue-options.js';
import { toPlainParams, type PreparedJob } from './prepare-job.js';

/**
 * Writes plain jobs in one statement that is a transaction of its own. `message`: sent to the fleet with its commit.
 */
export async function insertAlone(
  store: JobStore,
  jobs: readonly PreparedJob[],
  message: string | null,
): Promise<EnqueuedJob[]> {
  await store.insertPlain(toPlainParams(jobs[0]!.plain!, jobs), message);
  return jobs.map(toEnqueued);
}

/** As `insertAlone`, but as running already, in the name of the worker that has kept slots for them. */
export async function insertStarted(
  store: JobStore,
  jobs: readonly PreparedJob[],
  reservation: StartReservation,
): Promise<EnqueuedJob[]> {
  try {
    const scheduledAt = await store.insertStarted(toPlainParams(jobs[0]!.plain!, jobs), reservation.workerId);
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
