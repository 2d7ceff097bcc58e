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
  /** When the handler ended or was left behind. */
  endedMs = this.claimedMs;
  /** Set by the runner: the job's own timeout, else its definition's. */
  timeoutMs = 0;
  /** The last write of its progress, if any: writes follow one another, and the outcome follows them all. */
  progressWrite: Promise<void> | null = null;
  /** True once its completion has been committed in the handler's own transaction. */
  completed = false;
  /** Made when somebody asks for the signal: most handlers never do, and a signal costs more than the rest of a run. */
  private controller: AbortController | null = null;
  private cause: AbortCause | null = null;
  private reason: JobAbortedError | null = null;
  private onAbort: (() => void) | null = null;

  constructor(
    readonly shard: number,
    readonly row: ClaimedRow,
  ) {}

  get id(): string {
    return this.row.id;
  }

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.reason) this.controller.abort(this.reason);
    }
    return this.controller.signal;
  }

  get abortCause(): AbortCause | null {
    return this.cause;
  }

  /** The first cause stays. */
  abort(cause: AbortCause): void {
    if (this.cause !== null) return;
    this.cause = cause;
    this.reason = new JobAbortedError(cause, ABORT_MESSAGES[cause](this));
    this.onAbort?.();
    this.controller?.abort(this.reason);
  }

  /** Calls back once, as soon as the job is aborted. */
  whenAborted(callback: () => void): void {
    if (this.cause !== null) callback();
    else this.onAbort = callback;
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
