import { pruneCompleted, pruneFailed, pruneTicks, pruneWorkers, type PrunedPage } from '../sql/prune/prune.sql.js';
import type { Executor } from '../statement.js';

/** A page of jobs in the order of their ids, among which old completed ones are deleted. */
export interface PageToPrune {
  shard: number;
  olderThanMs: number;
  afterId: string;
  /** Whether to stop at ids that are too new for a job to delete. */
  oldIdsOnly: boolean;
  limit: number;
}

/**
 * What is kept for a while and then deleted: finished jobs, dead workers, ticks, cancel requests.
 *
 * Writes `jobs`, `job_failures`, `job_logs`, `job_signals`, `job_workers` and `job_schedule_ticks`.
 */
export class PruneStore {
  constructor(private readonly executor: Executor) {}

  /** Deletes the old completed jobs of a page, with their failures and cancel requests. */
  async pruneCompleted({ shard, olderThanMs, afterId, oldIdsOnly, limit }: PageToPrune): Promise<PrunedPage> {
    return (await this.executor.run(pruneCompleted, [shard, olderThanMs, afterId, oldIdsOnly, limit]))[0]!;
  }

  /** Deletes up to `limit` jobs that failed or were cancelled more than `olderThanMs` ago, and returns how many. */
  async pruneFailed(given: { shard: number; olderThanMs: number; limit: number }): Promise<number> {
    const { shard, olderThanMs, limit } = given;
    return (await this.executor.run(pruneFailed, [shard, olderThanMs, limit]))[0]!.pruned;
  }

  /** Deletes dead workers without running jobs: the old ones, and all but the last `keep` that died. */
  async pruneWorkers(given: { shards: number; olderThanMs: number; keep: number }): Promise<number> {
    const { shards, olderThanMs, keep } = given;
    return (await this.executor.run(pruneWorkers, [shards, olderThanMs, keep])).length;
  }

  /** Deletes old ticks, and cancel requests that no worker picked up. Returns how many ticks. */
  async pruneTicks(olderThanMs: number): Promise<number> {
    return (await this.executor.run(pruneTicks, [olderThanMs])).length;
  }
}
