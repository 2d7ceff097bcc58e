import type { Clock } from '../../support/time/clock.js';

const SPAN_MS = 100;
const MAX_SPANS = 1_000;

/**
 * When jobs fall due that only this worker may know of, to a tenth of a second, by `Clock.steadyMs()`.
 * Keeps up to 1,000 times. For the others, the worker relies on its peers.
 */
export class OwnDueTimes {
  private readonly spans = new Set<number>();

  constructor(private readonly clock: Clock) {}

  add(dueMs: number): void {
    if (this.spans.size >= MAX_SPANS) this.forgetPast();
    if (this.spans.size < MAX_SPANS) this.spans.add(spanOf(dueMs));
  }

  /** True for the neighbouring tenths as well, because clocks and replies are not exact. */
  has(dueMs: number): boolean {
    const span = spanOf(dueMs);
    return this.spans.has(span) || this.spans.has(span - 1) || this.spans.has(span + 1);
  }

  /** The first due time after `ms`, or up to a tenth of a second before that time. Infinity if there is none. */
  firstAfter(ms: number): number {
    const from = spanOf(ms) + 2;
    let first = Infinity;
    for (const span of this.spans) if (span >= from && span < first) first = span;
    return first * SPAN_MS;
  }

  private forgetPast(): void {
    const past = spanOf(this.clock.steadyMs()) - 1;
    for (const span of this.spans) if (span < past) this.spans.delete(span);
  }
}

function spanOf(dueMs: number): number {
  return Math.floor(dueMs / SPAN_MS);
}
