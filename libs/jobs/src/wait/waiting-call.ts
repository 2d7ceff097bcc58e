import { JobsError } from '../job/job.errors.js';
import type { FinishedJob } from './finished-job.js';

export interface WaitLimits {
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface WaitingCallOptions extends WaitLimits {
  id: string;
  /** Called once, when the call waits no longer. */
  onEnd: (call: WaitingCall) => void;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

/** One call that waits for the end of a job: until it ends, the time is up, or the caller's signal aborts. */
export class WaitingCall {
  readonly id: string;
  readonly ended: Promise<FinishedJob>;
  /** When the job is to be looked at without a hint, by `Clock.steadyMs()`. */
  nextLookMs = Infinity;
  private pauseMs = FIRST_PAUSE_MS;
  private settle!: { resolve: (job: FinishedJob) => void; reject: (error: unknown) => void };
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: WaitingCallOptions) {
    const { id, timeoutMs, signal } = options;
    this.id = id;
    this.ended = new Promise((resolve, reject) => (this.settle = { resolve, reject }));
    // The caller may still be waiting for its insert. Whoever awaits the promise gets the rejection.
    this.ended.catch(() => undefined);
    this.timer = setTimeout(() => this.fail(waitedTooLong(id, timeoutMs)), timeoutMs);
    signal?.addEventListener('abort', this.onAbort);
    if (signal?.aborted) this.onAbort();
  }

  /** Looks are repeated after pauses that double, because a hint may be lost. */
  lookLater(nowMs: number): void {
    this.nextLookMs = nowMs + this.pauseMs;
    this.pauseMs = Math.min(2 * this.pauseMs, LONGEST_PAUSE_MS);
  }

  finish(job: FinishedJob): void {
    this.end();
    this.settle.resolve(job);
  }

  fail(error: unknown): void {
    this.end();
    this.settle.reject(error);
  }

  private readonly onAbort = (): void => this.fail(this.options.signal!.reason);

  private end(): void {
    clearTimeout(this.timer);
    this.options.signal?.removeEventListener('abort', this.onAbort);
    this.options.onEnd(this);
  }
}

function waitedTooLong(id: string, timeoutMs: number): JobsError {
  return new JobsError({
    code: 'JOBS_WAIT_TIMEOUT',
    what: `Job ${id} had not ended after ${timeoutMs} ms. It goes on.`,
    fix: 'Wait longer with `timeoutMs`, wait again with `waitFor`, or read the job with `get`. Does a worker have its queue?',
  });
}
