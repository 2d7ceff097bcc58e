import { within } from '../../support/within.js';

/** Looks at what a held snapshot makes dear may take a twentieth of the time. */
const SHARE = 1 / 20;

/** How long a caller waits for a newer answer than there is, in milliseconds. */
const RENEWED_MS = 300;

/** Keeps the newest answer to a question whose answer may take long, and asks again only after a while that grows with that. */
export class RationedLook<T> {
  private latest: T | null = null;
  private looking: Promise<T> | null = null;
  private nextMs = -Infinity;

  /**
   * The answer of a look that ends within `waitMs`, else the one before it; null if there is none. With one before it,
   * the wait is shorter. The look goes on for later callers. Rejects as it does.
   */
  async get(look: () => Promise<T>, waitMs: number): Promise<T | null> {
    if (performance.now() >= this.nextMs) this.looking ??= this.start(look);
    const longestMs = this.latest === null ? waitMs : Math.min(waitMs, RENEWED_MS);
    return (this.looking && (await within(longestMs, this.looking))) ?? this.latest;
  }

  private start(look: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    const looking = look().then((answer) => (this.latest = answer));
    // It may fail while nobody waits for it any more.
    looking
      .catch(() => {})
      .finally(() => {
        this.looking = null;
        this.nextMs = startedMs + (performance.now() - startedMs) / SHARE;
      });
    return looking;
  }
}
