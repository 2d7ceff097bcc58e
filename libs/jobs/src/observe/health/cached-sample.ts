import { within } from '../../support/within.js';

export interface CachedSampleOptions<T> {
  read: () => Promise<T>;
  /** For how long a sample is good, in milliseconds. */
  maxAgeMs: number;
  /** The longest that a caller waits, in milliseconds. The read goes on for later callers. */
  patienceMs: number;
  /** Called for the first failed read after a good one. */
  onFailing: (error: unknown) => void;
  now?: () => number;
}

const SHARE = 1 / 20;

/**
 * Reads only when somebody asks, one read at a time, and at most once per `maxAgeMs`, whether it succeeds or fails:
 * neither many scrapers nor a database in trouble make for more reads. Reads that succeed take a twentieth of the time
 * at most.
 */
export class CachedSample<T> {
  private latest: Promise<T | null> = Promise.resolve(null);
  private reading = false;
  private goodUntilMs = -Infinity;
  private failing = false;

  constructor(private readonly options: CachedSampleOptions<T>) {}

  /** Null if the read failed or takes too long. Never rejects. */
  get(): Promise<T | null> {
    const startedMs = this.nowMs();
    if (!this.reading && startedMs >= this.goodUntilMs) {
      this.reading = true;
      this.latest = this.read().finally(() => {
        this.reading = false;
        const nowMs = this.nowMs();
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

  private nowMs(): number {
    return (this.options.now ?? performance.now.bind(performance))();
  }
}
