/**
 * How much text may be parsed and written as JSON in one turn of the event loop, in characters. With more, a handful of
 * large jobs that end together would keep the loop from everything else.
 */
const TURN = 512 * 1_024;

/** Counts the work on large values in one turn of the event loop. Small values never come here. */
export class TurnBudget {
  private spent = 0;

  /** `onNextTurn` is called in the turn after one in which something was spent. */
  constructor(private readonly onNextTurn: () => void) {}

  get isSpent(): boolean {
    return this.spent >= TURN;
  }

  spend(length: number): void {
    if (this.spent === 0) setImmediate(() => this.begin());
    this.spent += length;
  }

  private begin(): void {
    this.spent = 0;
    this.onNextTurn();
  }
}
