/** A job that is about to be inserted, with everything that a worker needs to run it. */
export interface StartableJob {
  readonly shard: number;
  readonly id: string;
  readonly type: string;
  /** JSON, as it is stored. */
  readonly payload: string;
  readonly queue: string;
  readonly priority: number;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
}

/** Slots reserved for jobs whose insert is under way. Call one of the two methods once it has ended. */
export interface StartReservation {
  /** The id of the worker that the rows must name. */
  readonly workerId: string;
  /** The rows are committed. The worker starts the jobs after `enqueue()` has returned. */
  inserted(scheduledAt: string): void;
  /** The rows are not committed, or it is unknown whether they are. */
  failed(error: unknown): void;
}

/** The part of a worker that starts jobs without a claim. */
export interface DirectStarter {
  /** Null if the jobs must be inserted as pending. All jobs have the same type and queue. */
  reserve(jobs: readonly StartableJob[]): StartReservation | null;
}

/**
 * The worker of this process, as seen by its producer. While the worker is idle, jobs can be inserted as already
 * claimed by it (docs/decisions/0012-direct-start.md).
 */
export class LocalWorker {
  private starter: DirectStarter | null = null;

  offer(starter: DirectStarter): void {
    this.starter = starter;
  }

  /** Null if this process has no worker, or none that can start the jobs now. */
  reserve(jobs: readonly StartableJob[]): StartReservation | null {
    return this.starter?.reserve(jobs) ?? null;
  }
}
