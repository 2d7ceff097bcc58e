import { within } from '../../support/time/within.js';
import type { Clock } from '../../support/time/clock.js';

export interface CachedSampleOptions<T> {
  read: () => Promise<T>;
  /** Age up to which a sample is returned again, in milliseconds. */
  maxAgeMs: number;
  /** Milliseconds that a caller waits at most. The read goes on, and later callers get its result. */
  patienceMs: number;
  /** Called for the first failed read after a successful one. */
  onFailing: (error: unknown) => void;
  clock: Clock;
}

const SHARE = 1 / 20;

/**
 * Reads only on demand, one read at a time, and at most once per `maxAgeMs`, even if it fails. So neither many callers nor
 * a failing database cause more reads. Slow reads are spaced so that they take at most a twentieth of the time.
 */
export class CachedSample<T> {
  private latest: Promise<T | null> = Promise.resolve(null);
  private reading = false;
  private goodUntilMs = -Infinity;
  private failing = false;

  constructor(private readonly options: CachedSampleOptions<T>) {}

  /** Returns null if the read failed or takes longer than `patienceMs`. Never rejects. */
  get(): Promise<T | null> {
    const startedMs = this.options.clock.steadyMs();
    if (!this.reading && startedMs >= this.goodUntilMs) {
      this.reading = true;
      this.latest = this.read().finally(() => {
        this.reading = false;
        const nowMs = this.options.clock.steadyMs();
        const restMs = this.failing ? 0 : (nowMs - startedMs) / SHARE;
        this.goodUntilMs = nowMs + Math.max(this.options.maxAgeMs, restMs);
      });
    }
    return within(this.options.patienceMs, this.latest);
  }

  private async read(): Promise<T | null> {
    try {
      const sample = await this.options.read();
      this.failing = false;
      return sample;
    } catch (error) {
      if (!this.failing) this.options.onFailing(error);
      this.failing = true;
      return null;
    }
  }
}
