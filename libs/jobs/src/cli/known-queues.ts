import { JobsError } from '../job/job.errors.js';
import type { JobQueues } from '../control/job-queues.js';
import type { JobService } from '../enqueue/job.service.js';
import type { Output } from './output.js';

export interface QueueLookers {
  queues: JobQueues;
  jobs: JobService;
}

/** Says of each queue that nobody knows why nothing is found: a misspelt name looks like a queue that is empty. */
export async function warnOfUnknown(lookers: QueueLookers, queue: QueueFilter, out: Output): Promise<void> {
  for (const name of namesOf(queue)) {
    const unknown = await unknownQueue(lookers, name);
    if (unknown) out.note(`No definition, job or worker has the queue "${name}". ${unknown.fix}`);
  }
}

/** Throws JOBS_UNKNOWN_QUEUE for the first queue that nobody knows. */
export async function requireQueues(lookers: QueueLookers, queue: QueueFilter): Promise<void> {
  for (const name of namesOf(queue)) {
    const unknown = await unknownQueue(lookers, name);
    if (unknown) throw unknown;
  }
}

type QueueFilter = string | readonly string[] | undefined;

function namesOf(queue: QueueFilter): readonly string[] {
  return queue === undefined ? [] : [queue].flat();
}

/** The error for a queue that no definition, job or worker has, and that was never paused. Null if that cannot be told. */
async function unknownQueue({ queues, jobs }: QueueLookers, name: string): Promise<JobsError | null> {
  try {
    await queues.requireKnown(name);
    return null;
  } catch (error) {
    if (!isJobsError(error, 'JOBS_UNKNOWN_QUEUE')) throw error;
    return (await mayHaveJobs(jobs, name)) ? null : error;
  }
}

/** Whether a job is in the queue, finished or not, as far back as a list looks. True if that cannot be told. */
export async function mayHaveJobs(jobs: JobService, queue: string): Promise<boolean> {
  try {
    const page = await jobs.where({ queue }).list({ limit: 1 });
    return page.jobs.length > 0 || page.capped;
  } catch (error) {
    if (isJobsError(error, 'JOBS_QUERY_TOO_SLOW')) return true;
    throw error;
  }
}

function isJobsError(error: unknown, code: string): error is JobsError {
  return error instanceof JobsError && error.code === code;
}
