import type { LoggerService } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** What a processor gets beside its job. */
export interface JobContext {
  /** 1 at the first start. */
  readonly attempt: number;
  /** Fires on timeout, cancellation, shutdown and a lost lease; `signal.reason.code` says which. Hand it on to I/O. */
  readonly signal: AbortSignal;
  /** Logs with the job's id and type. */
  readonly logger: LoggerService;
  /** The same for every attempt of this job: pass it to systems that drop repeated requests. */
  readonly idempotencyKey: string;
  /**
   * Stores how far the job is, 0 to 100. However often it is called, one value a second is written, and the last one
   * wins; a write that fails is no error. Throws `InvalidJobOptionError` for what is not a finite number.
   */
  progress(percent: number): void;
  /**
   * Exactly-once effect for everything in the jobs' database: what `work` writes through its manager commits together
   * with the job's completion, or not at all. What `work` returns becomes the job's result. Await it, as the last thing
   * that the handler does: an error thrown after the commit is logged and kept in the job's `error`, and the job stays
   * completed. After a rollback it may be called again.
   *
   * Throws the signal's reason, and rolls back, if the job is no longer this run's. Throws `JobsError` with the code
   * `JOBS_TRANSACTION_REUSED` if it is called inside itself, beside itself or after its commit, and `JOBS_RUN_ENDED` if
   * the run has ended.
   */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
}
