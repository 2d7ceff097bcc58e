import type { Job } from '../job/job.js';
import { JobAbortedError, type AbortCause } from '../job/job.errors.js';
import type { ClaimedRow } from '../store/sql/claim-jobs.sql.js';

const ABORT_MESSAGES: Record<AbortCause, (job: RunningJob) => string> = {
  timeout: (job) => `Timed out after ${job.timeoutMs} ms`,
  cancelled: () => 'Cancelled while running',
  shutdown: () => 'The worker is shutting down; the job is handed back without using an attempt',
  'lease-lost': () => 'The lease was lost: another worker may be running this job',
};

/** One claimed job from claim to settle: the row, its fence, and the one signal that ends it early. */
export class RunningJob {
  /** When it was claimed, and when its handler started, in `performance.now()` milliseconds. */
  readonly claimedMs = performance.now();
  startedMs = this.claimedMs;
  /** Set by the runner: the job's own timeout, else its definition's. */
  timeoutMs = 0;
  /** True once its completion has been committed in the handler's own transaction. */
  completed = false;
  private readonly controller = new AbortController();
  private cause: AbortCause | null = null;

  constructor(
    readonly shard: number,
    readonly row: ClaimedRow,
  ) {}

  get id(): string {
    return this.row.id;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get abortCause(): AbortCause | null {
    return this.cause;
  }

  /** The first cause stays. */
  abort(cause: AbortCause): void {
    if (this.cause !== null) return;
    this.cause = cause;
    this.controller.abort(new JobAbortedError(cause, ABORT_MESSAGES[cause](this)));
  }

  /** The job as its processor sees it. */
  toJob(payload: unknown): Job {
    const { row } = this;
    return {
      id: row.id,
      type: row.type,
      queue: row.queue,
      payload,
      attempt: row.attempts,
      maxAttempts: row.max_attempts,
      priority: row.priority,
      timeoutMs: this.timeoutMs,
      scheduledAt: new Date(row.scheduled_at),
      createdAt: new Date(row.created_at),
      tags: row.tags,
    };
  }
}
