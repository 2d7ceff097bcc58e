import type { Progress } from '../job/progress.js';
import type { Clock } from '../support/time/clock.js';

/** Writes one value. Never rejects. */
export type WriteProgress = (progress: Progress) => Promise<void>;

const EVERY_MS = 1_000;

/**
 * Writes the progress of one run: the first value at once, then at most one per second. At any time one value is being
 * written and one waits. A later value replaces the waiting one.
 */
export class ProgressReport {
  private waiting: Progress | null = null;
  private lastSent: Progress | null = null;
  private nextMs = -Infinity;
  private writing: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(
    private readonly clock: Clock,
    private readonly write: WriteProgress,
  ) {}

  report(progress: Progress): void {
    if (this.ended) return;
    this.waiting = isSame(progress, this.lastSent) ? null : progress;
    this.plan();
  }

  /**
   * Accepts no more values. Resolves once the current write has ended and, with `keepLast`, the last value is written.
   * Null if there is nothing to wait for.
   */
  end(keepLast: boolean): Promise<void> | null {
    this.ended = true;
    clearTimeout(this.timer);
    if (!keepLast) this.waiting = null;
    return this.writing || this.waiting !== null ? this.finish() : null;
  }

  private plan(): void {
    if (this.waiting === null || this.writing || this.timer || this.ended) return;
    const waitMs = this.nextMs - this.clock.steadyMs();
    if (waitMs <= 0) return this.send();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.waiting !== null) this.send();
    }, waitMs).unref();
  }

  private send(): void {
    const progress = this.waiting!;
    this.waiting = null;
    this.lastSent = progress;
    this.nextMs = this.clock.steadyMs() + EVERY_MS;
    this.writing = this.write(progress).then(() => {
      this.writing = null;
      this.plan();
    });
  }

  private async finish(): Promise<void> {
    await this.writing;
    if (this.waiting !== null) await this.write(this.waiting);
  }
}

function isSame({ percent, note }: Progress, other: Progress | null): boolean {
  return other !== null && percent === other.percent && note === other.note;
}
