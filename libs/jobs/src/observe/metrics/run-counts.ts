import type { Registry } from 'prom-client';
import type { JobEvent } from '../../job/job-events.js';

/** Seconds, counted by upper bounds. */
export class SecondsHistogram {
  sum = 0;
  count = 0;
  /** One for each bound, and the last for what is above them all. */
  private readonly counts: number[];

  constructor(private readonly bounds: readonly number[]) {
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(seconds: number): void {
    this.sum += seconds;
    this.count++;
    let i = 0;
    while (i < this.bounds.length && seconds > this.bounds[i]!) i++;
    this.counts[i]!++;
  }

  /** How many were at most as long as each bound. */
  cumulated(): (readonly [bound: number, count: number])[] {
    let count = 0;
    return this.bounds.map((bound, i) => [bound, (count += this.counts[i]!)]);
  }
}

const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
const WAIT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600];

/**
 * The runs of one job type. Plain numbers, because observing each run by an object of labels took 6 % of a worker's time
 * and a sixth of the memory that a drain goes through.
 */
export class RunCounts {
  readonly durations = new SecondsHistogram(DURATION_BUCKETS);
  readonly waits = new SecondsHistogram(WAIT_BUCKETS);
  readonly outcomes = new Map<string, number>();

  record({ name, durationMs, waitMs }: JobEvent): void {
    if (name === 'started') return this.waits.observe(waitMs / 1_000);
    this.outcomes.set(name, (this.outcomes.get(name) ?? 0) + 1);
    // An interrupted run says nothing about the handler; 0 is a run that never came to it or died with its worker.
    if (name !== 'handed_back' && name !== 'lost' && durationMs > 0) this.durations.observe(durationMs / 1_000);
  }
}

const countsByRegistry = new WeakMap<Registry, Map<string, RunCounts>>();

/** By the label of the type. They belong to the registry, so that no counter falls when a module of its process goes. */
export function runCountsOf(registry: Registry): Map<string, RunCounts> {
  const known = countsByRegistry.get(registry) ?? new Map<string, RunCounts>();
  countsByRegistry.set(registry, known);
  return known;
}
