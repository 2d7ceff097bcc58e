import type { LoggerService } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** The second argument of `process`. */
export interface JobContext {
  /** Number of this attempt, from 1. */
  readonly attempt: number;
  /** Aborts on timeout, cancellation, shutdown or a lost lease; `signal.reason.code` says which. Pass it to all I/O. */
  readonly signal: AbortSignal;
  /** Adds the job's id and type to each line. */
  readonly logger: LoggerService;
  /** The same for every attempt of this job. Pass it to services that ignore repeated requests with the same key. */
  readonly idempotencyKey: string;
  /**
   * Stores the progress of the job: a percentage from 0 to 100, and optionally a note of at most 200 characters, which is cut
   * beyond that. At most one value per second is written, and the last call wins. A failed write is ignored. Throws
   * `InvalidJobOptionError` if the percentage is not a finite number or the note is no text.
   */
  progress(progress: number | { percent: number; note?: string }): void;
  /**
   * Keeps a line with the job, for people who look at it: in the dashboard, with `JobService.logs`, and on the command line.
   * `fields` is what belongs to it, such as `{ rows: 12 }`. Secrets are masked as in errors. It returns at once and never
   * throws: lines are written about once a second, and before the run's outcome.
   *
   * A message keeps 2,048 bytes and fields keep 4,096 bytes of JSON. A job keeps its last 1,000 lines, and a run at most 200
   * lines between two writes. Older ones are dropped and counted. A worker holds 8 MiB of unwritten lines and drops further
   * ones.
   */
  log(message: string, fields?: Record<string, unknown>): void;
  /**
   * Gives writes to the jobs' database an exactly-once effect: what `work` writes through its manager commits together
   * with the job's completion, or not at all. The return value of `work` becomes the job's result. Await the call at the
   * end of the handler. If the handler throws after the commit, the job stays completed, and the job's `error` has the
   * error. After a rollback, it may be called again.
   *
   * If the job no longer belongs to this run, it rolls back and throws the signal's reason. Throws `JobsError` with the
   * code `JOBS_TRANSACTION_REUSED` if another call is running or has committed, and `JOBS_RUN_ENDED` after the run.
   */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
}
