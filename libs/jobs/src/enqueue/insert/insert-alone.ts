import type { StartReservation } from '../../wake/local-worker.js';
import type { EnqueueStore } from '../../store/stages/enqueue.store.js';
import type { EnqueuedJob } from '../enqueue-options.js';
import type { PreparedJob } from '../prepare-job.js';

/**
 * Writes jobs without options in one statement that is its own transaction. `message` is a wake-up for the other
 * processes, sent when the statement commits.
 */
export async function insertAlone(
  store: EnqueueStore,
  jobs: readonly PreparedJob[],
  message: string | null,
): Promise<EnqueuedJob[]> {
  await store.insertPlain(jobs, message);
  return jobs.map(toEnqueued);
}

/** Like `insertAlone`, but inserts the jobs as already claimed by the local worker that has reserved slots for them. */
export async function insertStarted(
  store: EnqueueStore,
  jobs: readonly PreparedJob[],
  reservation: StartReservation,
): Promise<EnqueuedJob[]> {
  try {
    const scheduledAt = await store.insertStarted(jobs, reservation.workerId);
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
