import { COMPLETED, type JobOutcome } from '../job/job-outcome.js';
import type { RunningJob } from '../slots/running-job.js';
import type { SettleEntry } from './settle-params.js';

/** Told what became of an outcome: written, replaced (not storable, or somebody asked to cancel the job), or lost. */
export type Settled = (running: RunningJob, outcome: JobOutcome) => void;

/** An outcome on its way to the database. */
export interface Entry extends SettleEntry {
  settled: Settled;
  /** Of its texts. */
  bytes: number;
}

/** Completed, without a text: what nearly all outcomes are. */
export function isPlain({ outcome }: Entry): boolean {
  return (
    outcome === COMPLETED ||
    (outcome.kind === 'completed' && outcome.resultJson === null && outcome.error === undefined)
  );
}

/** Whether both go into one statement, without a text for each. */
export function isAlike(entry: Entry, other: Entry): boolean {
  const [{ shard, row }, { shard: otherShard, row: otherRow }] = [entry.running, other.running];
  const plain = isPlain(entry);
  return shard === otherShard && plain === isPlain(other) && (!plain || row.run === otherRow.run);
}
