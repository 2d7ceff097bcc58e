import type { WrittenOutcome } from '../job/job-outcome.js';
import { outcomeBytes } from '../job/outcome-bytes.js';
import type { Settled } from './outcome-entry.js';
import { OutcomeLane } from './outcome-lane.js';
import { OutcomeWriter, type OutcomeWriterOptions } from './outcome-writer.js';
import type { RunningJob } from '../slots/running-job.js';

/** A statement full of these stays small. In bytes. */
const SMALL = 2_048;

/** Writes outcomes in batches. Those with large texts have a lane of their own, so that no other waits behind them. */
export class SettleBatch {
  private readonly small: OutcomeLane;
  private readonly large: OutcomeLane;

  constructor(options: OutcomeWriterOptions) {
    const writer = new OutcomeWriter(options);
    this.small = new OutcomeLane(writer);
    this.large = new OutcomeLane(writer);
  }

  /** Calls `settled` once the outcome is written or given up. */
  settle(running: RunningJob, outcome: WrittenOutcome, settled: Settled): void {
    const bytes = outcomeBytes(outcome);
    const lane = bytes > SMALL ? this.large : this.small;
    lane.add({ running, outcome, settled, bytes });
  }

  /** Resolves once the outcome, the same for all, is written or given up. */
  async settleAll(jobs: readonly RunningJob[], outcome: WrittenOutcome): Promise<void> {
    await Promise.all(jobs.map((job) => new Promise<unknown>((resolve) => this.settle(job, outcome, resolve))));
  }
}
