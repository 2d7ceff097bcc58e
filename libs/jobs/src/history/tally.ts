import { isTimed, type JobEvent } from '../job/job-events.js';
import type { HistoryCounts } from '../store/history.store.js';
import { bucketOf, BUCKETS } from './histogram.js';

/** Places in the array of numbers: four counts, then the two histograms. */
const COMPLETED = 0;
const RETRIED = 1;
const FAILED = 2;
const CANCELLED = 3;
const WAITS = 4;
const RUNS = WAITS + BUCKETS;
const SIZE = RUNS + BUCKETS;

/** The counts of a type in a queue within a window of time. To count allocates nothing. */
export class Tally {
  private readonly numbers = new Uint32Array(SIZE);
  private waitMs = 0;
  private runMs = 0;

  record(event: JobEvent): void {
    if (event.name === 'started') {
      this.numbers[WAITS + bucketOf(event.waitMs)]!++;
      this.waitMs += event.waitMs;
      return;
    }
    const place = placeOf(event);
    if (place !== null) this.numbers[place]!++;
    if (!isTimed(event)) return;
    this.numbers[RUNS + bucketOf(event.durationMs)]!++;
    this.runMs += event.durationMs;
  }

  add(other: Tally): void {
    for (let i = 0; i < SIZE; i++) this.numbers[i]! += other.numbers[i]!;
    this.waitMs += other.waitMs;
    this.runMs += other.runMs;
  }

  /** As the database takes them. */
  toCounts(type: string, queue: string): HistoryCounts {
    const { numbers } = this;
    return {
      type,
      queue,
      completed: numbers[COMPLETED]!,
      retried: numbers[RETRIED]!,
      failed: numbers[FAILED]!,
      cancelled: numbers[CANCELLED]!,
      wait_ms: Math.round(this.waitMs),
      run_ms: Math.round(this.runMs),
      waits: withoutEnd(numbers.subarray(WAITS, RUNS)),
      runs: withoutEnd(numbers.subarray(RUNS)),
    };
  }
}

/** Null for an end that says nothing about how well jobs do: the run goes on elsewhere, or later. */
function placeOf({ name }: JobEvent): number | null {
  switch (name) {
    case 'completed':
      return COMPLETED;
    case 'retried':
    case 'rescued':
      return RETRIED;
    case 'failed':
      return FAILED;
    case 'cancelled':
      return CANCELLED;
    default:
      return null;
  }
}

/** Leaves out the empty buckets at the end. A loop, because thousands of types are converted at once. */
function withoutEnd(counts: Uint32Array): number[] {
  let length = counts.length;
  while (length > 0 && counts[length - 1] === 0) length--;
  const kept: number[] = [];
  for (let i = 0; i < length; i++) kept.push(counts[i]!);
  return kept;
}
