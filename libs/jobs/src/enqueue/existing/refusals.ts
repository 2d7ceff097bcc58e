import type { JobStatus } from '../../job/job-status.js';
import { JobConflictError, JobNotFoundError } from '../../job/job.errors.js';

export function alreadyFinished(id: string, status: JobStatus): JobConflictError {
  return new JobConflictError({
    code: 'JOBS_ALREADY_FINISHED',
    what: `Job ${id} has already finished: it is ${status}.`,
    fix: 'Nothing needs to be done: only pending and running jobs can be cancelled.',
  });
}

export function cancelSkipped(id: string, tries: number): JobConflictError {
  return new JobConflictError({
    code: 'JOBS_CANCEL_SKIPPED',
    what: `Job ${id} is pending, but the database skipped the update that cancels it ${tries} times.`,
    fix: "Look for a trigger, a rule or a policy on the table `jobs` that skips the job's update.",
  });
}

export function uniqueKeyTaken(id: string): JobConflictError {
  return new JobConflictError({
    code: 'JOBS_UNIQUE_KEY_TAKEN',
    what: `Job ${id} cannot be retried: an unfinished job of its queue holds the same unique key.`,
    fix: 'Wait for that job to finish, or cancel it.',
  });
}

/** Why a job with this status, or none, was not retried. */
export function notRetried(id: string, status: JobStatus | undefined): Error {
  if (status === undefined) return new JobNotFoundError(id);
  if (status === 'failed' || status === 'cancelled') return uniqueKeyTaken(id);
  return new JobConflictError({
    code: 'JOBS_NOT_RETRYABLE',
    what: `Job ${id} is ${status}; only failed and cancelled jobs can be retried.`,
    fix: 'To run it again, enqueue a new job.',
  });
}

/** Why a job with this status, or none, cannot be changed. */
export function notPending(id: string, status: JobStatus | undefined): Error {
  if (status === undefined) return new JobNotFoundError(id);
  return new JobConflictError({
    code: 'JOBS_NOT_PENDING',
    what: `Job ${id} is ${status}; only pending jobs can be changed.`,
    fix: 'Enqueue a new job with what it should have, or retry it once it has failed.',
  });
}
