import { groupBy } from '../support/group-by.js';
import type { JobsOptions } from '../jobs.options.js';
import type { JobStore } from '../store/control/job.store.js';
import { sweepRequests } from './sweep-requests.js';
import type { RunningJob } from '../slots/running-job.js';
import type { Workbench } from '../slots/workbench.js';

export interface CancelRequestsParts {
  jobs: Pick<JobStore, 'readCancelled' | 'cancelRequested'>;
  options: Pick<JobsOptions, 'shards'>;
  bench: Pick<Workbench, 'heldJobs' | 'hold' | 'withdraw'>;
  /** Receives claimed jobs without a cancel request. */
  start: (claimed: RunningJob[]) => Promise<void>;
  /** Hands back a held job that has not started. The settle cancels it, because it has a request. */
  handBack: (requested: RunningJob) => void;
  /** Slots are free again after jobs were handed back. */
  onFreed: () => void;
}

/**
 * Acts on cancel requests (docs/decisions/0016-cancel.md). It aborts jobs that run here, withdraws held jobs that have
 * not started, and cancels pending jobs. A request is a row, so the next round of upkeep finds one whose message was
 * lost.
 */
export class CancelRequests {
  /** How often `act` was called. A claim compares it to see whether a request came meanwhile. */
  private heard = 0;
  private heardBeforeClaim = 0;
  private isDue = false;
  private acting: Promise<void> | null = null;

  constructor(private readonly parts: CancelRequestsParts) {}

  /** Call it when there may be new requests. Calls during a look share one more look. */
  act(): Promise<void> {
    this.heard++;
    this.isDue = true;
    this.acting ??= this.actWhileDue();
    return this.acting;
  }

  /** Call it before a claim is sent. A request that arrives during the claim may concern its jobs. */
  claimBegins(): void {
    this.heardBeforeClaim = this.heard;
  }

  /**
   * Starts claimed jobs without a cancel request. Only a job that has run before can have an older request. It waits
   * for a look at the database, and the others start at once.
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

  /** Reads the requests again if a new one came during the read. */
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
