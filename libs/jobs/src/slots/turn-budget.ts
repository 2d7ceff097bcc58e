/**
 * How much text may be parsed and written as JSON in one turn of the event loop, in characters. With more, a handful of
 * large jobs that end together would keep the loop from everything else.
 */
const TURN = 512 * 1_024;
/**
 * For how long jobs may start in one turn. A handler runs up to its first await as its job starts, and two hundred that
 * take a millisecond each would keep the loop from everything else.
 */
const STARTS_MS = 10;
/** For how long outcomes may be made in one turn: to describe an error with a text of megabytes takes milliseconds. */
const OUTCOMES_MS = 10;

/** Counts the work in one turn of the event loop: how much text, how long jobs have been starting and outcomes were made. */
export class TurnBudget {
  private spent = 0;
  private outcomesMs = 0;
  private startsUntilMs = 0;
  private hasRefused = false;
  private isUnderWay = false;

  /** `onNextTurn` is called in the turn after one that was used up. */
  constructor(private readonly onNextTurn: () => void) {}

  /** Whether no more text may be parsed or written in this turn, and no outcome made that may be large. */
  get isSpent(): boolean {
    return this.spent >= TURN || this.outcomesMs >= OUTCOMES_MS;
  }

  /** Makes an outcome, and counts how long that takes. */
  makeOutcome(make: () => void): void {
    const startedMs = performance.now();
    make();
    this.outcomesMs += performance.now() - startedMs;
    this.watch();
  }

  /** Whether another job may start in this turn. Asked before each. */
  mayStart(): boolean {
    const nowMs = performance.now();
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
