import { pruneOperations } from '../sql/control/operations.sql.js';
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
 * What is kept for a while and then deleted: finished jobs, dead workers, ticks, cancel requests, operations.
 *
 * Writes `jobs`, `job_failures`, `job_logs`, `job_signals`, `job_workers`, `job_schedule_ticks` and `job_operations`.
 * Reads `job_schedules`.
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

  /**
   * Deletes up to `limit` ticks, the old ones and those beyond the latest `keep` of a schedule, and all cancel requests that
   * no worker picked up. Returns how many ticks.
   */
  async pruneTicks(given: { olderThanMs: number; keep: number; limit: number }): Promise<number> {
    const { olderThanMs, keep, limit } = given;
    return (await this.executor.run(pruneTicks, [olderThanMs, keep, limit])).length;
  }

  /** Deletes up to `limit` operations that ended more than `olderThanMs` ago, and returns how many. */
  async pruneOperations(given: { olderThanMs: number; limit: number }): Promise<number> {
    return (await this.executor.run(pruneOperations, [given.olderThanMs, given.limit])).length;
  }
}
