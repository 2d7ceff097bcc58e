/** A statement that took less than this may have more rows the next time, in milliseconds. */
const QUICK_MS = 1_000;

/** Rows per statement: half as many after one that was too large, twice as many after a quick one. */
export class BatchSize {
  private current: number;

  constructor(private readonly max: number) {
    this.current = max;
  }

  get rows(): number {
    return this.current;
  }

  took(ms: number): void {
    if (this.current < this.max && ms < QUICK_MS) this.current = Math.min(this.max, this.current * 2);
  }

  /** Call this if a statement with this many rows was too large. */
  tooMuch(rows: number): void {
    this.current = Math.max(1, Math.min(this.current, Math.floor(rows / 2)));
  }
}
