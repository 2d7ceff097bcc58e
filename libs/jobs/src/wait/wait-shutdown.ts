import { JobsError } from '../job/job.errors.js';

/** The error of a wait whose process shuts down. */
export function shuttingDown(id: string): JobsError {
  return new JobsError({
    code: 'JOBS_WAIT_SHUTDOWN',
    what: `This process shuts down, so it no longer waits for job ${id}. The job goes on.`,
    fix: 'Wait for the job in another process, with the same id.',
  });
}
