import type { Clock } from '../../support/time/clock.js';
import { report } from '../../report/report.js';

const INTERVAL_MS = 60_000;

/** Warns about jobs without a processor here, at most once a minute, with the number of jobs of each type. */
export class UnknownTypeWarnings {
  private readonly counts = new Map<string, number>();
  private nextMs = -Infinity;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly clock: Clock) {}

  /** Counts jobs of a type. The first are reported at once, and later ones together when the minute is over. */
  met(type: string, jobs: number): void {
    const nowMs = this.clock.steadyMs();
    this.counts.set(type, (this.counts.get(type) ?? 0) + jobs);
    if (nowMs >= this.nextMs) return this.warn(nowMs);
    this.timer ??= setTimeout(() => this.warn(this.nextMs), this.nextMs - nowMs).unref();
  }

  private warn(nowMs: number): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.nextMs = nowMs + INTERVAL_MS;
    const types = [...this.counts];
    this.counts.clear();
    report('no_processor', { types });
  }
}
