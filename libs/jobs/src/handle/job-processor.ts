import type { Job } from '../job/job.js';
import type { JobDefinition, ResultInput } from '../job/job-definition.js';
import type { JobContext } from './job-context.js';

/**
 * Runs the jobs of one type. Implemented by an injectable provider with `@ProcessesJob(definition)`.
 *
 * A job runs at least once: it runs again if its process crashes before the outcome is written. So `process` must be
 * idempotent; `context.idempotencyKey` helps with effects outside the database. The return value is stored as the job's
 * result, as JSON. If it cannot be stored, the job completes without a result, and its `error` says why. An error retries
 * the job, `PermanentJobError` fails it at once, and `SnoozeJobError` runs it again later without using an attempt.
 *
 * Each call has its own async context: no other job sees what it puts into an `AsyncLocalStorage`.
 */
export interface JobProcessor<D extends JobDefinition = JobDefinition> {
  process(job: Job<D>, context: JobContext): Promise<ResultInput<D>>;
}
