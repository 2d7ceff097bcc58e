import type { Clock } from '../support/time/clock.js';

/**
 * How much text may be parsed or written as JSON in one turn of the event loop, in characters. Without a bound, a few
 * large jobs that end together would block the loop.
 */
const TURN = 512 * 1_024;
/**
 * How long jobs may start in one turn. A handler runs up to its first await when its job starts. Without a bound, two
 * hundred starts of a millisecond each would block the loop.
 */
const STARTS_MS = 10;
/** How long outcomes may be made in one turn. Describing an error with megabytes of text takes milliseconds. */
const OUTCOMES_MS = 10;

/** Bounds the work in one turn of the event loop: JSON, starts and outcomes (docs/decisions/0018-bytes.md). */
export class TurnBudget {
  private spent = 0;
  private outcomesMs = 0;
  private startsUntilMs = 0;
  private hasRefused = false;
  private isUnderWay = false;

  /** `onNextTurn` is called in the turn after a budget was used up. */
  constructor(
    private readonly clock: Clock,
    private readonly onNextTurn: () => void,
  ) {}

  /** Whether this turn may parse or write no more text, and make no more outcomes that may be large. */
  get isSpent(): boolean {
    return this.spent >= TURN || this.outcomesMs >= OUTCOMES_MS;
  }

  /** Makes an outcome and counts the time that it takes. */
  makeOutcome(make: () => void): void {
    const startedMs = this.clock.steadyMs();
    make();
    this.outcomesMs += this.clock.steadyMs() - startedMs;
    this.watch();
  }

  /** Whether another job may start in this turn. Ask before each start. */
  mayStart(): boolean {
    const nowMs = this.clock.steadyMs();
    if (this.startsUntilMs === 0) this.startsUntilMs = nowMs + STARTS_MS;
    this.watch();
    this.hasRefused = nowMs >= this.startsUntilMs;
    return !this.hasRefused;
  }

  spend(length: number): void {
    this.spent += length;
    this.watch();
  }

  private watch(): void {
    if (this.isUnderWay) return;
    this.isUnderWay = true;
    setImmediate(() => this.begin());
  }

  private begin(): void {
    const wasUsedUp = this.isSpent || this.hasRefused;
    this.isUnderWay = false;
    this.hasRefused = false;
    this.spent = 0;
    this.outcomesMs = 0;
    this.startsUntilMs = 0;
    if (wasUsedUp) this.onNextTurn();
  }
}
