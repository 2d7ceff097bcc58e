/** Every status of a job. CHECK constraints of the `jobs` table say which columns go with which status. */
export const JOB_STATUSES = ['pending', 'blocked', 'processing', 'completed', 'failed', 'cancelled'] as const;

export type JobStatus = (typeof JOB_STATUSES)[number];

/** A finished job runs again only if an operator retries it. */
export const FINISHED_STATUSES = ['completed', 'failed', 'cancelled'] as const satisfies readonly JobStatus[];

export function isFinished(status: JobStatus): boolean {
  return (FINISHED_STATUSES as readonly JobStatus[]).includes(status);
}
