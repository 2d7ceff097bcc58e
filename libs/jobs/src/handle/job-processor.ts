import type { Job } from '../job/job.js';
import type { JobDefinition } from '../job/job-definition.js';
import type { JobContext } from './job-context.js';

/**
 * The code that does a job. Implemented by an injectable provider that `@ProcessesJob(definition)` marks.
 *
 * A job runs at least once: a crash between its work and the record of it runs it again, so `process` must be
 * idempotent (`context.idempotencyKey` helps with effects outside the database). What it returns is stored as the job's
 * result, as `JSON.stringify` writes it; a result that cannot be stored is left out, and the job's `error` says why.
 * Throwing retries the job; `PermanentJobError` fails it at once, `SnoozeJobError` puts it off.
 *
 * Each call has an async context of its own: what it puts into an `AsyncLocalStorage` is seen by no other job.
 */
export interface JobProcessor<D extends JobDefinition = JobDefinition> {
  process(job: Job<D>, context: JobContext): Promise<unknown>;
}
