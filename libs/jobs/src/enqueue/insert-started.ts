import type { DataSource } from 'typeorm';
import type { StartReservation } from '../store/direct-start.js';
import { hostPool } from '../store/executors.js';
import { JobStore } from '../store/job.store.js';
import type { EnqueuedJob } from './enqueue-options.js';
import { toPlainParams, type PreparedJob } from './prepare-job.js';

/** Writes plain jobs as running already, in the name of the worker that has kept slots for them. */
export async function insertStarted(
  { dataSource, named }: { dataSource: DataSource; named: boolean },
  jobs: readonly PreparedJob[],
  reservation: StartReservation,
): Promise<EnqueuedJob[]> {
  const store = new JobStore(hostPool(dataSource, named));
  try {
    const scheduledAt = await store.insertStarted(toPlainParams(jobs[0]!.plain!, jobs), reservation.workerId);
    reservation.inserted(scheduledAt);
  } catch (error) {
    reservation.failed(error);
    throw error;
  }
  return jobs.map(({ id, type }) => ({ id, type, duplicate: false }));
}
