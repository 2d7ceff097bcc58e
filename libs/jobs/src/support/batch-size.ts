/** A statement that took less than this may be larger the next time, in milliseconds. */
const QUICK_MS = 1_000;

/** How many rows a statement takes: half as many after one that was too much, twice as many after one that was quick. */
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

  /** A statement of so many rows was too much. */
  tooMuch(rows: number): void {
    this.current = Math.max(1, Math.min(this.current, Math.floor(rows / 2)));
  }
}
