import { groupBy } from '../support/group-by.js';
import type { JobsOptions } from '../jobs.options.js';
import type { JobStore } from '../store/job.store.js';
import { sweepRequests } from './sweep-requests.js';
import type { RunningJob } from '../slots/running-job.js';
import type { Workbench } from '../slots/workbench.js';

export interface CancelRequestsParts {
  jobs: Pick<JobStore, 'readCancelled' | 'cancelRequested'>;
  options: Pick<JobsOptions, 'shards'>;
  bench: Pick<Workbench, 'heldJobs' | 'hold' | 'withdraw'>;
  /** Takes on claimed jobs that nobody asked to cancel. */
  start: (claimed: RunningJob[]) => Promise<void>;
  /** Hands back a held job that has not started. The settle cancels it, because its request is there. */
  handBack: (requested: RunningJob) => void;
  /** Others may start in the place of those that were handed back. */
  onFreed: () => void;
}

/**
 * Acts on requests to cancel jobs: aborts those that run here, keeps those that have not started from doing so, and
 * cancels what waits in the database. A request is a row, so one that nobody hears of is found in the next round.
 */
export class CancelRequests {
  /** How many calls said that there may be a new request. */
  private heard = 0;
  private heardBeforeClaim = 0;
  private isDue = false;
  private acting: Promise<void> | null = null;

  constructor(private readonly parts: CancelRequestsParts) {}

  /** There may be new requests. Calls that come while others are acted on share one more look at them all. */
  act(): Promise<void> {
    this.heard++;
    this.isDue = true;
    this.acting ??= this.actWhileDue();
    return this.acting;
  }

  /** A claim is about to be sent: a request that is heard of before it returns may be about its jobs. */
  claimBegins(): void {
    this.heardBeforeClaim = this.heard;
  }

  /**
   * Starts claimed jobs unless somebody asked to cancel them. Only jobs that have run before can have an older request:
   * they wait until the database has been asked, and the others start at once.
   */
  admit(claimed: RunningJob[]): Promise<void> {
    const anyMayBeRequested = this.heard !== this.heardBeforeClaim;
    const isDoubtful = (job: RunningJob) => anyMayBeRequested || job.row.run > 1;
    return claimed.some(isDoubtful) ? this.admitWithDoubts(claimed, isDoubtful) : this.parts.start(claimed);
  }

  private async admitWithDoubts(claimed: RunningJob[], isDoubtful: (job: RunningJob) => boolean): Promise<void> {
    const { bench, start } = this.parts;
    const sure = claimed.filter((job) => !isDoubtful(job));
    if (sure.length > 0) await start(sure);
    const doubtful = claimed.filter(isDoubtful);
    const requested = new Set(await this.requestedUntilNow(doubtful));
    bench.hold([...requested]);
    this.handBack([...requested]);
    await start(doubtful.filter((job) => !requested.has(job)));
  }

  private handBack(requested: readonly RunningJob[]): void {
    for (const job of requested) this.parts.handBack(job);
    if (requested.length > 0) this.parts.onFreed();
  }

  private async actWhileDue(): Promise<void> {
    try {
      while (this.isDue) {
        this.isDue = false;
        await this.stopHeld();
        await sweepRequests(this.parts.jobs, this.parts.options.shards);
      }
    } finally {
      this.acting = null;
    }
  }

  private async stopHeld(): Promise<void> {
    const { bench } = this.parts;
    const unended = bench.heldJobs().filter(({ stage }) => stage === 'waiting' || stage === 'running');
    const requested = await this.requestedOf(unended);
    for (const job of requested) if (job.stage === 'running') job.abort('cancelled');
    this.handBack(requested.filter((job) => bench.withdraw(job)));
  }

  /** Asks again if there was a new request while the answer was on its way. */
  private async requestedUntilNow(jobs: readonly RunningJob[]): Promise<RunningJob[]> {
    for (;;) {
      const { heard } = this;
      const requested = await this.requestedOf(jobs);
      if (heard === this.heard) return requested;
    }
  }

  private async requestedOf(jobs: readonly RunningJob[]): Promise<RunningJob[]> {
    const requested: RunningJob[] = [];
    for (const [shard, ofShard] of groupBy(jobs, (job) => job.shard)) {
      const ids = new Set(
        await this.parts.jobs.readCancelled(
          shard,
          ofShard.map(({ id }) => id),
        ),
      );
      requested.push(...ofShard.filter(({ id }) => ids.has(id)));
    }
    return requested;
  }
}
