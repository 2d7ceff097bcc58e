import { COMPLETED, type JobOutcome, type WrittenOutcome } from '../job/outcome/job-outcome.js';
import type { RunningJob } from '../slots/running-job.js';
import type { RunOutcome } from '../store/sql/settle/settle-params.js';

/**
 * Called with what was written: the outcome, its replacement, or `lost`. A replacement is written if the outcome cannot
 * be stored or the job was cancelled.
 */
export type Settled = (running: RunningJob, outcome: JobOutcome) => void;

/**
 * An outcome that waits to be written. A class, not an object literal, so that V8 makes it in the young generation
 * (docs/measurements/cpu.md).
 */
export class Entry implements RunOutcome {
  readonly id: string;
  readonly run: number;

  constructor(
    readonly running: RunningJob,
    public outcome: WrittenOutcome,
    readonly settled: Settled,
    /** The size of its texts. */
    readonly bytes: number,
  ) {
    this.id = running.id;
    this.run = running.row.run;
  }
}

/** Whether the job completed without a result or an error text. Nearly all outcomes are such completions. */
export function hasNoTexts({ outcome }: Entry): boolean {
  return (
    outcome === COMPLETED ||
    (outcome.kind === 'completed' && outcome.resultJson === null && outcome.error === undefined)
  );
}

/** Whether one statement can write both entries. */
export function fitOneStatement(entry: Entry, other: Entry): boolean {
  const noTexts = hasNoTexts(entry);
  return (
    entry.running.shard === other.running.shard &&
    noTexts === hasNoTexts(other) &&
    (!noTexts || entry.run === other.run)
  );
}
