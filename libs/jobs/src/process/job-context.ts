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
  /** Stores how far the job is, 0 to 100. Writes at most once a second; a lost write is no error. */
  progress(percent: number): void;
  /**
   * Exactly-once effect for everything in the jobs' database: what `work` writes through its manager commits together
   * with the job's completion, or not at all. Call it last and once; what `work` returns becomes the job's result.
   * Throws the signal's reason, and rolls back, if the job is no longer this run's.
   */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
}
