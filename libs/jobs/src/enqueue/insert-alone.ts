import type { DataSource } from 'typeorm';
import type { StartReservation } from '../store/direct-start.js';
import { hostPool } from '../store/executors.js';
import { JobStore } from '../store/job.store.js';
import type { EnqueuedJob } from './enqueue-options.js';
import { toPlainParams, type PreparedJob } from './prepare-job.js';

export interface InsertAlone {
  dataSource: DataSource;
  /** Whether prepared statements may be named: a pooler forbids it. */
  named: boolean;
  /** How long to wait for a connection, in milliseconds. */
  waitMs: number;
  /** The statement is cancelled if it takes longer, in milliseconds. */
  breakOffMs: number;
}

/** Writes plain jobs in one statement and a transaction of their own. `message`: sent to the fleet with their commit. */
export async function insertAlone(
  alone: InsertAlone,
  jobs: readonly PreparedJob[],
  message: string | null,
): Promise<EnqueuedJob[]> {
  await storeOf(alone).insertPlain(toPlainParams(jobs[0]!.plain!, jobs), message);
  return jobs.map(toEnqueued);
}

/** As `insertAlone`, but as running already, in the name of the worker that has kept slots for them. */
export async function insertStarted(
  alone: InsertAlone,
  jobs: readonly PreparedJob[],
  reservation: StartReservation,
): Promise<EnqueuedJob[]> {
  const store = storeOf(alone);
  try {
    const scheduledAt = await store.insertStarted(toPlainParams(jobs[0]!.plain!, jobs), reservation.workerId);
    reservation.inserted(scheduledAt);
  } catch (error) {
    reservation.failed(error);
    throw error;
  }
  return jobs.map(toEnqueued);
}

function storeOf({ dataSource, named, waitMs, breakOffMs }: InsertAlone): JobStore {
  return new JobStore(hostPool(dataSource, named, { waitMs, breakOffMs }));
}

function toEnqueued({ id, type }: PreparedJob): EnqueuedJob {
  return { id, type, duplicate: false };
}
