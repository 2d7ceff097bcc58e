import { groupBy } from '../support/group-by.js';
import type { JobStore } from '../store/job.store.js';
import type { ClaimedQueues } from './claimed-queues.js';
import { RunningJob } from '../slots/running-job.js';
import type { Workbench } from '../slots/workbench.js';

export interface RecallParts {
  jobs: Pick<JobStore, 'claimGiven'>;
  bench: Workbench;
  workerId: () => string;
  queues: Pick<ClaimedQueues, 'has'>;
  /** Starts claimed jobs, unless they must not. */
  admit: (claimed: RunningJob[]) => Promise<void>;
}

/** Turns of jobs that others have taken meanwhile cost a statement each time; the rest of them is for the next claim. */
const MAX_TRIES = 5;

/** Calls in parked suspects whose turn it is. Runs between two claims of the loop, as the search for lost claims does. */
export class Recall {
  constructor(private readonly parts: RecallParts) {}

  /** Whether there is anybody to call in now. */
  get isDue(): boolean {
    return this.parts.bench.turns().length > 0;
  }

  async run(): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES && this.isDue; tries++) {
      const claimed = await this.claim();
      if (claimed.length > 0) return this.admit(claimed);
    }
  }

  private async admit(claimed: RunningJob[]): Promise<void> {
    const { bench, admit } = this.parts;
    bench.callIn(claimed);
    try {
      await admit(claimed);
    } catch (error) {
      // Those that have not come in are nobody's now: the search for lost claims hands them back.
      bench.callOff(claimed);
      throw error;
    }
  }

  private async claim(): Promise<RunningJob[]> {
    const { jobs, bench, workerId, queues } = this.parts;
    // Those of a queue that is paused fall due by themselves, and are claimed once it is not.
    const turns = bench.takeTurns().filter(({ queue }) => queues.has(queue));
    const claimed: RunningJob[] = [];
    for (const [shard, parked] of groupBy(turns, (job) => job.shard)) {
      const rows = await jobs.claimGiven(shard, workerId(), parked);
      claimed.push(...rows.map((row) => new RunningJob(shard, row)));
    }
    return claimed;
  }
}
