import { isLockTimeout } from '../store/database-errors.js';
import type { JobStore } from '../store/job.store.js';
import type { ClaimedRow, ClaimJobsParams } from '../store/sql/claim-jobs.sql.js';
import { ClaimMarks } from './claim-marks.js';
import { RunningJob } from './running-job.js';
import type { Gathered } from './settle-batch.js';

export interface ClaimerOptions {
  store: JobStore;
  shards: number;
  workerId: () => string;
  /** Queues to claim from now: those of the worker without the paused ones. */
  queues: () => readonly string[];
  /** Outcomes to write with the claim of a shard, if some wait for company. */
  gathered: (shard: number) => Gathered | null;
}

const UNMARKED_EVERY_MS = 1_000;

/** Claims due jobs from all queues of the process, one statement per shard. */
export class Claimer {
  private readonly marks: ClaimMarks[];
  private lastUnmarkedMs = -Infinity;
  private firstShard = 0;

  constructor(private readonly options: ClaimerOptions) {
    this.marks = Array.from({ length: options.shards }, () => new ClaimMarks());
  }

  /** Up to `limit` jobs. Fewer than `limit` means that nothing more was due. */
  async claim(limit: number): Promise<RunningJob[]> {
    const queues = this.options.queues();
    if (queues.length === 0) return [];
    const marked = this.hasMarks() && performance.now() - this.lastUnmarkedMs < UNMARKED_EVERY_MS;
    const claimed = await this.claimShards(limit, queues, marked);
    if (marked && claimed.length < limit)
      claimed.push(...(await this.claimShards(limit - claimed.length, queues, false)));
    return claimed;
  }

  /** Milliseconds until something falls due in any shard, or null if nothing is planned. */
  async nextDueMs(): Promise<number | null> {
    const { queues, priorities } = new ClaimMarks().lanes(this.options.queues(), false);
    let earliest: number | null = null;
    for (let shard = 0; shard < this.options.shards; shard++) {
      const inMs = await this.options.store.nextDueMs(shard, queues, priorities);
      if (inMs !== null && (earliest === null || inMs < earliest)) earliest = inMs;
    }
    return earliest;
  }

  private hasMarks(): boolean {
    return this.marks.some((marks) => !marks.isEmpty);
  }

  /** Starts at another shard each time, so that none is always served last. */
  private async claimShards(limit: number, queues: readonly string[], marked: boolean): Promise<RunningJob[]> {
    const { shards } = this.options;
    if (!marked) this.lastUnmarkedMs = performance.now();
    const claimed: RunningJob[] = [];
    for (let i = 0; i < shards && claimed.length < limit; i++) {
      const shard = (this.firstShard + i) % shards;
      const rows = await this.claimShard(shard, limit - claimed.length, queues, marked);
      const claimedMs = performance.now();
      for (const row of rows) claimed.push(new RunningJob(shard, row, claimedMs));
    }
    this.firstShard = (this.firstShard + 1) % shards;
    return claimed;
  }

  private async claimShard(
    shard: number,
    limit: number,
    queues: readonly string[],
    marked: boolean,
  ): Promise<ClaimedRow[]> {
    const marks = this.marks[shard]!;
    const { queues: names, priorities, times, ids } = marks.lanes(queues, marked);
    const rows = await this.claimRows([shard, limit, this.options.workerId(), names, priorities, times, ids]);
    if (rows.length < limit) marks.clear();
    else marks.advance(rows);
    return rows.sort(byPriorityThenDue);
  }

  private async claimRows(params: ClaimJobsParams): Promise<ClaimedRow[]> {
    const { store, gathered } = this.options;
    const outcomes = gathered(params[0]);
    if (!outcomes) return store.claim(params);
    try {
      const { claimed, written } = await store.settleAndClaim(params, outcomes);
      outcomes.settled(written);
      return claimed;
    } catch (error) {
      outcomes.settled(null);
      // Somebody holds the row of an outcome: no reason not to claim.
      if (isLockTimeout(error)) return store.claim(params);
      throw error;
    }
  }
}

/** RETURNING promises no order. */
function byPriorityThenDue(a: ClaimedRow, b: ClaimedRow): number {
  if (a.priority !== b.priority) return a.priority - b.priority;
  if (a.scheduled_at !== b.scheduled_at) return a.scheduled_at < b.scheduled_at ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
