import type { RunningJob } from '../slots/running-job.js';
import type { Clock } from '../support/time/clock.js';

/**
 * The timeouts of all running jobs on one timer, set to the earliest deadline. Most jobs end long before their timeout,
 * and a timer for each would cost more than the rest of a short run.
 */
export class Deadlines {
  private timer: NodeJS.Timeout | undefined;
  private nextMs = Infinity;

  constructor(
    private readonly running: () => Iterable<RunningJob>,
    private readonly clock: Clock,
  ) {}

  /** Aborts the job with the cause `timeout` if it is still running at its deadline. */
  watch(job: RunningJob): void {
    if (job.deadlineMs < this.nextMs) this.arm(job.deadlineMs);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.nextMs = Infinity;
  }

  private arm(deadlineMs: number): void {
    clearTimeout(this.timer);
    this.nextMs = deadlineMs;
    if (deadlineMs === Infinity) return;
    this.timer = setTimeout(() => this.expire(), Math.max(1, Math.ceil(deadlineMs - this.clock.steadyMs())));
  }

  private expire(): void {
    const nowMs = this.clock.steadyMs();
    let nextMs = Infinity;
    for (const job of this.running()) {
      if (job.abortCause !== null) continue;
      if (job.deadlineMs <= nowMs) job.abort('timeout');
      else nextMs = Math.min(nextMs, job.deadlineMs);
    }
    this.arm(nextMs);
  }
}
