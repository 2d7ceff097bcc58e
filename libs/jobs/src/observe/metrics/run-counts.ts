import type { Registry } from 'prom-client';
import { isTimed, type JobEvent } from '../../job/job-events.js';

/** Durations in seconds, counted in buckets. */
export class SecondsHistogram {
  sum = 0;
  count = 0;
  /** One count per bound, and a last one for durations above all bounds. */
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

  /** For each bound, the number of durations up to it. */
  cumulated(): (readonly [bound: number, count: number])[] {
    let count = 0;
    return this.bounds.map((bound, i) => [bound, (count += this.counts[i]!)]);
  }
}

const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
const WAIT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600];

/**
 * Counts the runs of one job type. Uses numbers instead of prom-client's metrics, which create an object of labels for
 * every run and take a noticeable share of a worker's CPU and memory.
 */
export class RunCounts {
  readonly durations = new SecondsHistogram(DURATION_BUCKETS);
  readonly waits = new SecondsHistogram(WAIT_BUCKETS);
  readonly outcomes = new Map<string, number>();
  /** Runs of this process whose outcome was not written. */
  lost = 0;

  record(event: JobEvent): void {
    const { name, durationMs, waitMs } = event;
    if (name === 'started') return this.waits.observe(waitMs / 1_000);
    // Whoever writes the end of this run counts it, usually the worker that rescues the job.
    if (name === 'lost') return void this.lost++;
    this.outcomes.set(name, (this.outcomes.get(name) ?? 0) + 1);
    if (isTimed(event)) this.durations.observe(durationMs / 1_000);
  }
}

const countsByRegistry = new WeakMap<Registry, Map<string, RunCounts>>();

/** The counts by label of the job type. The registry owns them, so that closing a module lowers no counter. */
export function runCountsOf(registry: Registry): Map<string, RunCounts> {
  const known = countsByRegistry.get(registry) ?? new Map<string, RunCounts>();
  countsByRegistry.set(registry, known);
  return known;
}
