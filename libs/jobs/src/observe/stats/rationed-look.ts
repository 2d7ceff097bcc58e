import { within } from '../../support/time/within.js';
import type { Clock } from '../../support/time/clock.js';

/** Reads that a held snapshot makes slow may take this share of the time. */
const SHARE = 1 / 20;

/** Milliseconds that a caller waits for a newer answer if there is an older one. */
const RENEWED_MS = 300;

/** Keeps the latest answer of a slow read. The slower the read, the longer the pause before the next one. */
export class RationedLook<T> {
  private latest: T | null = null;
  private looking: Promise<T> | null = null;
  private nextMs = -Infinity;

  constructor(private readonly clock: Clock) {}

  /**
   * Returns the answer of a read that ends within `waitMs`, or else the previous answer, or else null. With a previous
   * answer, the wait is shorter. The read goes on, and later callers get its result. Rejects if the read does.
   */
  async get(look: () => Promise<T>, waitMs: number): Promise<T | null> {
    if (this.clock.steadyMs() >= this.nextMs) this.looking ??= this.start(look);
    const longestMs = this.latest === null ? waitMs : Math.min(waitMs, RENEWED_MS);
    return (this.looking && (await within(longestMs, this.looking))) ?? this.latest;
  }

  private start(look: () => Promise<T>): Promise<T> {
    const startedMs = this.clock.steadyMs();
    const looking = look().then((answer) => (this.latest = answer));
    // The read may fail when no caller waits for it any more.
    looking
      .catch(() => {})
      .finally(() => {
        this.looking = null;
        this.nextMs = startedMs + (this.clock.steadyMs() - startedMs) / SHARE;
      });
    return looking;
  }
}
