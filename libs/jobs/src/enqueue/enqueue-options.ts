import type { EntityManager } from 'typeorm';
import { optionNames } from '../job/validate/known-options.js';
import type { RetryPolicy } from '../job/retry-policy.js';

export interface WithManager {
  /**
   * A manager inside a transaction: the call commits or rolls back with it. Null: the call uses its own transaction.
   * Default: the transaction that the module's `transactionManager` finds, or else its own.
   */
  manager?: EntityManager | null;
}

/** Options of one job. They override the definition. */
export interface JobOptions {
  /** Time at which the job falls due, at most ten years away. Default: now. Cannot be combined with `delayMs`. */
  scheduledAt?: Date;
  /** Milliseconds until the job falls due, by the database's clock. From 0 to ten years. Default: 0. */
  delayMs?: number;
  /** From 0, which starts first, to 9. Default: the definition's. */
  priority?: number;
  /** Name of the queue. Default: the definition's. */
  queue?: string;
  /** Number of attempts before the job fails. Default: the definition's. */
  maxAttempts?: number;
  /** Time limit of each run, in milliseconds. Default: the definition's. */
  timeoutMs?: number;
  /** Backoff between attempts. Fields that are left out come from the definition. */
  retry?: Partial<RetryPolicy>;
  /** While a job with this key is pending or processing in its queue, enqueuing returns that job and adds none. */
  uniqueKey?: string;
  /** At most 10 labels of at most 50 characters. Default: none. */
  tags?: string[];
}

export interface EnqueueOptions extends JobOptions, WithManager {}

export interface WaitOptions {
  /** Milliseconds to wait, from 1 to 2,147,483,647. Default 30,000. The job goes on afterwards. */
  timeoutMs?: number;
  /** Ends the wait with the signal's reason. The job goes on. */
  signal?: AbortSignal;
}

/** `timeoutMs` limits the wait. The limit of each run is the definition's. */
export interface EnqueueAndWaitOptions extends Omit<JobOptions, 'timeoutMs'>, WaitOptions {}

export const CALL_OPTIONS = optionNames<WithManager>({ manager: true });

export const JOB_OPTIONS = optionNames<JobOptions>({
  scheduledAt: true,
  delayMs: true,
  priority: true,
  queue: true,
  maxAttempts: true,
  timeoutMs: true,
  retry: true,
  uniqueKey: true,
  tags: true,
});

export const WAIT_OPTIONS = optionNames<WaitOptions>({ timeoutMs: true, signal: true });

export const ENQUEUE_OPTIONS = [...JOB_OPTIONS, ...CALL_OPTIONS];

export interface EnqueuedJob {
  id: string;
  type: string;
  /** True if an unfinished job already had the unique key. `id` is then that job's id. */
  duplicate: boolean;
}
