import type { JobEvent } from '../job/job-events.js';
import type { HistoryCounts } from '../store/history.store.js';
import { Tally } from './tally.js';

/** A window counts at most this many pairs of a type and a queue apart. All others count in the sums only. */
export const MAX_TALLIES = 10_000;

/** What ended between two moments, by type and queue. */
export class RunWindow {
  private readonly byType = new Map<string, Map<string, Tally>>();
  /** What is beyond the limit. */
  private others: Tally | null = null;
  private tallies = 0;
  /** What the last event counted for. Most events are about the same type and queue as the one before. */
  private last: Tally | null = null;
  private lastType: string | null = null;
  private lastQueue: string | null = null;
  /** `performance.now()` at its end. Null while it is open. */
  private endMs: number | null = null;

  /** `startMs` is the time of its beginning, by `performance.now()`. */
  constructor(
    private readonly startMs: number,
    private readonly maxTallies = MAX_TALLIES,
  ) {}

  /** Pairs of a type and a queue, which take about a kilobyte each. */
  get size(): number {
    return this.tallies;
  }

  get isEmpty(): boolean {
    return this.tallies === 0 && this.others === null;
  }

  record(event: JobEvent): void {
    const { type, queue } = event;
    if (type !== this.lastType || queue !== this.lastQueue) {
      this.last = this.tallyOf(type, queue);
      this.lastType = type;
      this.lastQueue = queue;
    }
    this.last!.record(event);
  }

  close(endMs: number): void {
    this.endMs = endMs;
  }

  /** How long ago its middle was. The minute that this falls into is the one that the window is about. */
  ageAt(nowMs: number): number {
    return Math.max(0, nowMs - (this.startMs + (this.endMs ?? nowMs)) / 2);
  }

  /** Takes over what another window has counted. Its own time stays. */
  add(other: RunWindow): void {
    for (const [type, queue, tally] of other.entries()) this.tallyOf(type, queue).add(tally);
    if (other.others) this.otherTally().add(other.others);
  }

  /** Counts of each type and queue, of each queue, and of everything. */
  toCounts(): HistoryCounts[] {
    const all = this.others ? [this.others] : [];
    const queues = new Map<string, Tally>();
    const counts: HistoryCounts[] = [];
    for (const [type, queue, tally] of this.entries()) {
      counts.push(tally.toCounts(type, queue));
      sumIn(queues, queue).add(tally);
      all.push(tally);
    }
    const sum = new Tally();
    for (const tally of all) sum.add(tally);
    for (const [queue, tally] of queues) counts.push(tally.toCounts('', queue));
    counts.push(sum.toCounts('', ''));
    return counts;
  }

  private tallyOf(type: string, queue: string): Tally {
    let queues = this.byType.get(type);
    const known = queues?.get(queue);
    if (known) return known;
    if (this.tallies >= this.maxTallies) return this.otherTally();
    if (!queues) this.byType.set(type, (queues = new Map()));
    this.tallies++;
    return sumIn(queues, queue);
  }

  private otherTally(): Tally {
    return (this.others ??= new Tally());
  }

  private *entries(): Generator<[type: string, queue: string, tally: Tally]> {
    for (const [type, queues] of this.byType) for (const [queue, tally] of queues) yield [type, queue, tally];
  }
}

function sumIn(tallies: Map<string, Tally>, queue: string): Tally {
  let tally = tallies.get(queue);
  if (!tally) tallies.set(queue, (tally = new Tally()));
  return tally;
}
