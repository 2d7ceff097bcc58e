/** A job that is about to be inserted, with all that a worker needs to run it. */
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

/** Slots of a worker that are kept for jobs until their insert has ended; one of both methods must be called then. */
export interface StartReservation {
  /** In whose name the jobs have to be inserted. */
  readonly workerId: string;
  /** They are committed: the worker starts them once whoever enqueued them has been told. */
  inserted(scheduledAt: string): void;
  /** They are not, or nobody knows. */
  failed(error: unknown): void;
}

/** A worker of this process. */
export interface DirectStarter {
  /** Null if the jobs, all of one type and queue, have to wait to be claimed. */
  reserve(jobs: readonly StartableJob[]): StartReservation | null;
}

/**
 * Where a process that enqueues meets its own worker: jobs can be inserted as that worker's, which saves them the claim
 * (docs/decisions/0012-direct-start.md).
 */
export class LocalWorker {
  private starter: DirectStarter | null = null;

  offer(starter: DirectStarter): void {
    this.starter = starter;
  }

  /** Null where there is no worker, or none that is idle. */
  reserve(jobs: readonly StartableJob[]): StartReservation | null {
    return this.starter?.reserve(jobs) ?? null;
  }
}
