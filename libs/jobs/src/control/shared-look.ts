import type { Clock } from '../support/time/clock.js';

/** How old an answer may be that somebody else has asked for, in milliseconds. */
const MAX_AGE_MS = 2_000;

/** Gives all who ask at nearly the same time one answer, so that many open pages cost no more than one. */
export class SharedLook<T> {
  private latest: { answer: Promise<T>; untilMs: number } | null = null;

  /** `maxAgeMs`: for looks that cost more than most. */
  constructor(
    private readonly clock: Clock,
    private readonly look: () => Promise<T>,
    private readonly maxAgeMs = MAX_AGE_MS,
  ) {}

  /** Rejects if the look does. The next call looks again then. */
  get(): Promise<T> {
    if (!this.latest || this.clock.steadyMs() >= this.latest.untilMs) this.latest = this.start();
    return this.latest.answer;
  }

  /** The next call looks again, even if a look is under way. */
  forget(): void {
    this.latest = null;
  }

  private start(): { answer: Promise<T>; untilMs: number } {
    const started = { answer: this.look(), untilMs: Infinity };
    started.answer.then(
      () => (started.untilMs = this.clock.steadyMs() + this.maxAgeMs),
      () => (started.untilMs = -Infinity),
    );
    return started;
  }
}
