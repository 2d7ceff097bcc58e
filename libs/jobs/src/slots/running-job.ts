import type { Job } from '../job/job.js';
import { JobAbortedError, type AbortCause } from '../job/job.errors.js';
import type { ClaimedRow } from '../store/sql/claim/claim-jobs.sql.js';
import { guardListeners } from '../support/guarded-signal.js';
import type { ProgressReport } from './progress-report.js';
import type { RunLog } from './run-log.js';
import type { RefusedTransaction, RunTransaction } from './run-transaction.js';
import type { Clock } from '../support/time/clock.js';
import { report } from '../report/report.js';

const ABORT_MESSAGES: Record<AbortCause, (job: RunningJob) => string> = {
  timeout: (job) => `Timed out after ${job.timeoutMs} ms`,
  cancelled: () => 'Cancelled while running',
  shutdown: () => 'The worker is shutting down; the job is handed back without using an attempt',
  'lease-lost': () => 'The lease was lost: another worker may be running this job',
};

export interface AbortListener {
  aborted(): void;
}

/** One claimed job from its claim to its settle: the row, the fence, and the signal that aborts it. */
export class RunningJob {
  /** A job has `ended` when its handler has, and is `released` when its outcome is written. */
  stage: 'waiting' | 'running' | 'ended' | 'released' = 'waiting';
  /** When its handler started, by `Clock.steadyMs()`. */
  startedMs: number;
  /** When its handler ended or was abandoned, by `Clock.steadyMs()`. */
  endedMs: number;
  /** Its own timeout or that of its definition, in milliseconds. 0 until it starts. */
  timeoutMs = 0;
  /** Null until its handler reports progress. */
  progress: ProgressReport | null = null;
  /** Null until its handler logs a line. */
  log: RunLog | null = null;
  /** What it adds to the worker's unwritten bytes: the job, its payload and its outcome. */
  unwrittenBytes = 0;
  /** The last call of `context.transaction()`, and the last refused one. */
  transaction: RunTransaction | null = null;
  refusedTransaction: RefusedTransaction | null = null;
  /** Made on first use. Most handlers never ask for it, and it costs more than the rest of a short run. */
  private controller: AbortController | null = null;
  private cause: AbortCause | null = null;
  private reason: JobAbortedError | null = null;
  private onAbort: AbortListener | null = null;
  private ended = false;

  constructor(
    readonly shard: number,
    readonly row: ClaimedRow,
    readonly clock: Clock,
    /** When it was claimed, by `Clock.steadyMs()`. */
    readonly claimedMs = clock.steadyMs(),
  ) {
    this.startedMs = claimedMs;
    this.endedMs = claimedMs;
  }

  get id(): string {
    return this.row.id;
  }

  /** True once the handler's own transaction has committed the completion. */
  get completed(): boolean {
    return this.transaction?.state === 'committed';
  }

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      guardListeners(this.controller.signal, (error) => this.listenerThrew(error));
      if (this.reason) this.controller.abort(this.reason);
    }
    return this.controller.signal;
  }

  /** How long the job has been due, in milliseconds. */
  get overdueMs(): number {
    return Math.max(0, this.row.wait_ms) + this.clock.steadyMs() - this.claimedMs;
  }

  /** Starts the timeout. */
  start(defaultTimeoutMs: number): void {
    this.timeoutMs = this.row.timeout_ms ?? defaultTimeoutMs;
    this.startedMs = this.clock.steadyMs();
  }

  /** Call it when the handler has ended or was abandoned. A later abort still reaches the signal, but no listener. */
  end(): void {
    this.ended = true;
    this.endedMs = this.clock.steadyMs();
    this.onAbort = null;
  }

  /** Ends its progress and its log. Resolves once their last values are written; null if there is nothing to wait for. */
  endReports(keepProgress: boolean): Promise<unknown> | null {
    const progress = this.progress?.end(keepProgress) ?? null;
    const log = this.log?.end() ?? null;
    return progress && log ? Promise.all([progress, log]) : (progress ?? log);
  }

  get deadlineMs(): number {
    return this.startedMs + this.timeoutMs;
  }

  get abortCause(): AbortCause | null {
    return this.cause;
  }

  /** Only the first cause counts. */
  abort(cause: AbortCause): void {
    if (this.cause !== null) return;
    this.cause = cause;
    this.reason = new JobAbortedError(cause, ABORT_MESSAGES[cause](this));
    this.onAbort?.aborted();
    this.controller?.abort(this.reason);
  }

  /** Calls the listener once the job is aborted, unless the job has ended before. At most once. */
  whenAborted(listener: AbortListener): void {
    if (this.ended) return;
    if (this.cause !== null) listener.aborted();
    else this.onAbort = listener;
  }

  private listenerThrew(error: unknown): void {
    report('abort_listener_threw', { type: this.row.type, id: this.id, cause: error });
  }

  /** The job as its processor sees it. */
  toJob(payload: unknown): Job {
    return new ClaimedJob(this.row, payload, this.timeoutMs);
  }
}

/** Dates and tags are made on first use. Most handlers never read them. */
class ClaimedJob implements Job {
  readonly id: string;
  readonly type: string;
  readonly queue: string;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly priority: number;

  constructor(
    private readonly row: ClaimedRow,
    readonly payload: unknown,
    readonly timeoutMs: number,
  ) {
    this.id = row.id;
    this.type = row.type;
    this.queue = row.queue;
    this.attempt = row.attempts;
    this.maxAttempts = row.max_attempts;
    this.priority = row.priority;
  }

  get scheduledAt(): Date {
    return new Date(this.row.scheduled_at);
  }

  get createdAt(): Date {
    return new Date(this.row.created_at ?? this.row.scheduled_at);
  }

  get tags(): readonly string[] {
    return this.row.tags ?? [];
  }
}
