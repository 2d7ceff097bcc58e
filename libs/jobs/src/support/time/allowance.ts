import type { Clock } from './clock.js';

/** Allows something once every `gapMs` milliseconds, and up to `burst` times at once after a quiet time. */
export class Allowance {
  private left: number;
  private countedMs: number;

  constructor(
    public gapMs: number,
    private readonly burst: number,
    private readonly clock: Clock,
  ) {
    this.left = burst;
    this.countedMs = clock.steadyMs();
  }

  take(): boolean {
    this.count();
    if (this.left < 1) return false;
    this.left--;
    return true;
  }

  /** Allows a full burst again. */
  refill(): void {
    this.left = this.burst;
  }

  /** Milliseconds until `take()` may succeed. */
  waitMs(): number {
    this.count();
    return this.left >= 1 ? 0 : Math.ceil((1 - this.left) * this.gapMs);
  }

  private count(): void {
    const nowMs = this.clock.steadyMs();
    this.left = Math.min(this.burst, this.left + (nowMs - this.countedMs) / this.gapMs);
    this.countedMs = nowMs;
  }
}
