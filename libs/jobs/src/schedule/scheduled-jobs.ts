import type { EntityManager } from 'typeorm';
import type { JobDefinition } from '../job/job-definition.js';
import type { ScheduledJobRow } from '../store/schedule.store.js';

/** What schedules that are made at run time need of the jobs. */
export interface ScheduledJobs {
  /**
   * The definition of this process, or else the type as an application has registered it, which takes any payload. Throws
   * `UnknownJobTypeError`.
   */
  definition(type: string, manager?: EntityManager | null): Promise<JobDefinition>;
  /** Adds a job in the manager's transaction. */
  enqueue(type: string, payload: unknown, manager: EntityManager): Promise<{ id: string }>;
  /** Cancels a job in the manager's transaction, or asks its worker to stop it. One that has finished stays as it is. */
  cancel(id: string, manager: EntityManager): Promise<void>;
}

export const SCHEDULED_JOBS = Symbol('SCHEDULED_JOBS');

/** What became of a tick. The job is the one that it has added, or that was in its way. */
export interface TickOutcome {
  outcome: 'fired' | 'skipped' | 'replaced';
  jobId: string | null;
}

/** Enqueues the job of a tick, as `overlap` wants it while jobs of earlier ticks are unfinished. */
export async function enqueueTick(
  { type, payload, overlap }: ScheduledJobRow,
  unfinished: () => Promise<readonly string[]>,
  jobs: Pick<ScheduledJobs, 'enqueue' | 'cancel'>,
  manager: EntityManager,
): Promise<TickOutcome> {
  const before = overlap === 'allow' ? [] : await unfinished();
  if (overlap === 'skip' && before.length > 0) return { outcome: 'skipped', jobId: before[0]! };
  for (const id of before) await jobs.cancel(id, manager);
  const { id } = await jobs.enqueue(type, payload, manager);
  return { outcome: before.length > 0 ? 'replaced' : 'fired', jobId: id };
}
