/**
 * How much text may be parsed and written as JSON in one turn of the event loop, in characters. With more, a handful of
 * large jobs that end together would keep the loop from everything else.
 */
const TURN = 512 * 1_024;

/** Spreads the work on large values over several turns of the event loop. Small values never come here. */
export class TurnBudget {
  private spent = 0;
  private planned = false;
  private readonly queue: (() => void)[] = [];

  /** `onNextTurn` is called in the turn after one in which something was spent. */
  constructor(private readonly onNextTurn: () => void = () => {}) {}

  get isSpent(): boolean {
    return this.spent >= TURN;
  }

  spend(length: number): void {
    this.spent += length;
    this.plan();
  }

  /** Does the work in a later turn, in the order of the calls. */
  later(work: () => void): void {
    this.queue.push(work);
    this.plan();
  }

  private plan(): void {
    if (this.planned) return;
    this.planned = true;
    setImmediate(() => this.begin());
  }

  private begin(): void {
    this.planned = false;
    this.spent = 0;
    while (this.queue.length > 0 && !this.isSpent) this.queue.shift()!();
    if (this.queue.length > 0) this.plan();
    this.onNextTurn();
  }
}
