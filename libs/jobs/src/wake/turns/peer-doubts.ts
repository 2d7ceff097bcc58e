import type { Clock } from '../../support/time/clock.js';

/** Workers that missed their turn. They are skipped for a while. */
export class PeerDoubts {
  /** When the doubt about each worker ends, the earliest first. */
  private readonly untilMs = new Map<string, number>();

  constructor(
    private readonly lastMs: number,
    private readonly clock: Clock,
  ) {}

  has(id: string): boolean {
    return (this.untilMs.get(id) ?? 0) > this.clock.steadyMs();
  }

  add(ids: readonly string[]): void {
    const nowMs = this.clock.steadyMs();
    for (const id of ids) {
      this.untilMs.delete(id);
      this.untilMs.set(id, nowMs + this.lastMs);
    }
    for (const [id, untilMs] of this.untilMs) {
      if (untilMs > nowMs) break;
      this.untilMs.delete(id);
    }
  }

  clear(ids: readonly string[]): void {
    for (const id of ids) this.untilMs.delete(id);
  }
}
