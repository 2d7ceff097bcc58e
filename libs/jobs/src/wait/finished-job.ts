import type { JobDefinition, ResultOutput } from '../job/job-definition.js';
import { JobsError } from '../job/job.errors.js';
import type { EndingRow, FinishedStatus } from '../store/sql/control/read-endings.sql.js';

/** How a job ended. */
export interface FinishedJob<D extends JobDefinition = JobDefinition> {
  id: string;
  type: string;
  status: FinishedStatus;
  /** What the processor returned, as JSON keeps it; null without a result. */
  result: ResultOutput<D> | null;
  /** Of the last failed attempt; for a completed job, why its result could not be stored. */
  error: string | null;
  /** Attempts that were started. */
  attempts: number;
  completedAt: Date;
}

/** `enqueueAndWait` waited for a job that failed or was cancelled. `job` says how it ended. */
export class JobNotCompletedError extends JobsError {
  constructor(readonly job: FinishedJob) {
    super({
      code: 'JOBS_NOT_COMPLETED',
      what: `Job ${job.id} of type "${job.type}" is ${job.status} after ${attempts(job)}: ${job.error ?? 'no error was kept'}`,
      fix: 'Mend the cause and retry the job, or use `waitFor`, which returns a job however it ended.',
    });
  }
}

export function toFinishedJob({ id, type, status, result, error, attempts, completed_ms }: EndingRow): FinishedJob {
  return { id, type, status, result, error, attempts, completedAt: new Date(completed_ms) };
}

function attempts({ attempts: count }: FinishedJob): string {
  return `${count} ${count === 1 ? 'attempt' : 'attempts'}`;
}
