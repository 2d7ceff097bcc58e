import { groupBy } from '../support/group-by.js';
import type { GivenClaims } from './given-claims.js';
import type { ParkedJob } from '../slots/quarantine.js';
import type { RunningJob } from '../slots/running-job.js';
import type { Workbench } from '../slots/workbench.js';

export interface RecallParts {
  given: GivenClaims;
  bench: Workbench;
  /** Whether neither its queue nor its type is paused. */
  mayStart: (parked: ParkedJob) => boolean;
  /** Starts claimed jobs, except those that must not start. */
  admit: (claimed: RunningJob[]) => Promise<void>;
}

/** How many turns may find all their jobs taken by other workers before the rest waits for the next claim. */
const MAX_TRIES = 5;

/** Claims parked suspects whose turn it is. Runs between two claims of the loop. */
export class Recall {
  constructor(private readonly parts: RecallParts) {}

  /** Whether any parked suspect can be claimed now. */
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
      // No one holds those that were not added, so the search for lost claims hands them back.
      bench.callOff(claimed);
      throw error;
    }
  }

  private async claim(): Promise<RunningJob[]> {
    const { given, bench, mayStart } = this.parts;
    // Suspects of a paused queue or type become due by themselves, and are claimed once that is resumed.
    const turns = bench.takeTurns().filter(mayStart);
    const claimed: RunningJob[] = [];
    for (const [shard, parked] of groupBy(turns, (job) => job.shard))
      claimed.push(...(await given.claim(shard, parked)));
    return claimed;
  }
}
