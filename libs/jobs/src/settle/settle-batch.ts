import type { WrittenOutcome } from '../job/outcome/job-outcome.js';
import { outcomeBytes } from '../job/outcome/outcome-bytes.js';
import { Entry, type Settled } from './outcome-entry.js';
import { OutcomeBatcher } from './outcome-batcher.js';
import { OutcomeWriter, type OutcomeWriterOptions } from './outcome-writer.js';
import type { RunningJob } from '../slots/running-job.js';

/** Outcomes above this size are large, in bytes. A full statement of smaller ones stays small. */
const SMALL = 2_048;

export interface SettleBatchOptions extends OutcomeWriterOptions {
  /** Whether somebody waits for the end of this job. Its outcome is then written without delay. Default: never. */
  isAwaited?: (id: string) => boolean;
}

/** Writes outcomes in batches. Large outcomes are batched separately, so that small ones never wait behind them. */
export class SettleBatch {
  private readonly small: OutcomeBatcher;
  private readonly large: OutcomeBatcher;

  constructor({ isAwaited, ...options }: SettleBatchOptions) {
    const writer = new OutcomeWriter(options);
    this.small = new OutcomeBatcher(writer, options.clock, isAwaited);
    this.large = new OutcomeBatcher(writer, options.clock, isAwaited);
  }

  /** Calls `settled` once the outcome is written or given up. */
  settle(running: RunningJob, outcome: WrittenOutcome, settled: Settled): void {
    const bytes = outcomeBytes(outcome);
    const batcher = bytes > SMALL ? this.large : this.small;
    batcher.add(new Entry(running, outcome, settled, bytes));
  }

  /** Writes the same outcome for all jobs. Resolves once each is written or given up. */
  async settleAll(jobs: readonly RunningJob[], outcome: WrittenOutcome): Promise<void> {
    await Promise.all(jobs.map((job) => new Promise<unknown>((resolve) => this.settle(job, outcome, resolve))));
  }
}
