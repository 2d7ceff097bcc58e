import type { EntityManager } from 'typeorm';
import { optionNames } from '../job/validate/known-options.js';
import type { RetryPolicy } from '../job/retry-policy.js';

export interface WithManager {
  /**
   * A manager inside a transaction: the call then commits or rolls back with it. Null: a transaction of its own. Default:
   * the transaction that the module's `transactionManager` knows of, else one of its own.
   */
  manager?: EntityManager | null;
}

/** What may differ from the definition for one job. */
export interface JobOptions {
  /** When the job falls due. Default now. Not together with `delayMs`. */
  scheduledAt?: Date;
  /** How long until the job falls due, in milliseconds by the database's clock. */
  delayMs?: number;
  /** 0 runs first, 9 last. Default: the definition's. */
  priority?: number;
  /** Default: the definition's. */
  queue?: string;
  /** Default: the definition's. */
  maxAttempts?: number;
  /** Default: the definition's, in milliseconds. */
  timeoutMs?: number;
  /** Default: the definition's. */
  retry?: Partial<RetryPolicy>;
  /** While a job with this key is pending or processing in its queue, enqueuing returns that job and adds none. */
  uniqueKey?: string;
  /** At most 10 labels of at most 50 characters. */
  tags?: string[];
}

export interface EnqueueOptions extends JobOptions, WithManager {}

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

export const ENQUEUE_OPTIONS = [...JOB_OPTIONS, ...CALL_OPTIONS];

export interface EnqueuedJob {
  id: string;
  type: string;
  /** True if a job with the same unique key was there already: `id` is that job's. */
  duplicate: boolean;
}
