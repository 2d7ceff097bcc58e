interface Refusal {
  /** How often in a row the database has refused the claim. */
  tries: number;
  retryAtMs: number;
  /** After this time the job counts as gone. */
  forgottenAtMs: number;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const FORGOTTEN_AFTER_MS = 10 * 60_000;
const MOST = 1_000;

/**
 * Jobs that the database does not let this worker claim, and when each is tried again: after a second, then after twice
 * as long each time, up to a minute. At most 1,000 are remembered.
 */
export class RefusedJobs {
  private readonly byId = new Map<string, Refusal>();

  get size(): number {
    return this.byId.size;
  }

  mayTry(id: string, nowMs: number): boolean {
    const refusal = this.byId.get(id);
    return refusal === undefined || refusal.retryAtMs <= nowMs;
  }

  /** The database has refused the claim with an error. */
  refused(id: string, nowMs: number): void {
    const tries = (this.byId.get(id)?.tries ?? 0) + 1;
    this.note(id, { tries, pauseMs: Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS), nowMs });
  }

  /** The claim had no effect: the row is locked, a trigger skips the change, or another worker has the job. */
  missed(id: string, nowMs: number): void {
    this.note(id, { tries: 0, pauseMs: FIRST_PAUSE_MS, nowMs });
  }

  claimed(id: string): void {
    this.byId.delete(id);
  }

  /** Forgets jobs that have not been seen for ten minutes. */
  forgetGone(nowMs: number): void {
    for (const [id, { forgottenAtMs }] of this.byId) if (forgottenAtMs <= nowMs) this.byId.delete(id);
  }

  private note(id: string, { tries, pauseMs, nowMs }: { tries: number; pauseMs: number; nowMs: number }): void {
    this.byId.delete(id);
    this.byId.set(id, { tries, retryAtMs: nowMs + pauseMs, forgottenAtMs: nowMs + FORGOTTEN_AFTER_MS });
    if (this.byId.size > MOST) this.byId.delete(this.byId.keys().next().value!);
  }
}
