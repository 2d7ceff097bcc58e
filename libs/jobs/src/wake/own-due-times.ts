const SPAN_MS = 100;
const MAX_SPANS = 1_000;

/**
 * When jobs fall due that only this worker may know of, to a tenth of a second, by `performance.now()`. Bounded: of what
 * does not fit in, other workers are taken to know as well.
 */
export class OwnDueTimes {
  private readonly spans = new Set<number>();

  add(dueMs: number): void {
    if (this.spans.size >= MAX_SPANS) this.forgetPast();
    if (this.spans.size < MAX_SPANS) this.spans.add(spanOf(dueMs));
  }

  /** Clocks and answers take their time: the neighbouring spans count too. */
  has(dueMs: number): boolean {
    const span = spanOf(dueMs);
    return this.spans.has(span) || this.spans.has(span - 1) || this.spans.has(span + 1);
  }

  /** The first of them after the given time, or up to a tenth of a second earlier; Infinity if there is none. */
  firstAfter(ms: number): number {
    const from = spanOf(ms) + 2;
    let first = Infinity;
    for (const span of this.spans) if (span >= from && span < first) first = span;
    return first * SPAN_MS;
  }

  private forgetPast(): void {
    const past = spanOf(performance.now()) - 1;
    for (const span of this.spans) if (span < past) this.spans.delete(span);
  }
}

function spanOf(dueMs: number): number {
  return Math.floor(dueMs / SPAN_MS);
}
