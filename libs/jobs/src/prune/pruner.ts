import type { RetentionOptions } from '../jobs.options.js';
import { BatchSize } from '../support/batch-size.js';
import { classifyDatabaseError } from '../store/connection/database-errors.js';
import type { PruneStore } from '../store/stages/prune.store.js';
import type { PrunedPage } from '../store/sql/prune/prune.sql.js';
import type { Clock } from '../support/time/clock.js';

export interface PruneCounts {
  completed: number;
  failed: number;
  workers: number;
  ticks: number;
  operations: number;
}

/** Each batch is a short transaction, so it holds locks briefly and vacuum keeps up. */
const BATCH = 1_000;
/** How many rows one round of the sweep may look at without deleting them, per shard. */
const SWEPT = 20_000;
/**
 * Where a process starts its sweep, as a multiple of the retention. The place is random, because a process may end
 * before its sweep is through. It need not be exact, so the process's own clock is good enough.
 */
const SWEEP_FROM = 2;
const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';
const DEAD_WORKERS_KEPT_MS = 86_400_000;
/** Each renewal of a lease reads these rows, and a process that crashes every few seconds leaves many. */
const DEAD_WORKERS_KEPT = 1_000;
const TICKS_KEPT_MS = 400 * 86_400_000;
/** Of each schedule. */
const TICKS_KEPT = 100;
const TICKS_AT_ONCE = 10_000;

interface Page extends PrunedPage {
  isLast: boolean;
}

/** The id after which to continue. */
interface Place {
  id: string;
}

/**
 * Deletes finished jobs once they are old enough. Any worker may prune at any time, because rows that another has
 * locked are skipped.
 * Completed jobs have no index. Most are found by their ids, which begin with the time of the enqueue. A sweep finds
 * the others (docs/decisions/0014-pruning.md).
 */
export class Pruner {
  private stopped = false;
  private round: Promise<PruneCounts> | null = null;
  private readonly sizes = { completed: new BatchSize(BATCH), failed: new BatchSize(BATCH) };
  private readonly places: { old: Place; sweep: Place }[];

  constructor(
    private readonly store: PruneStore,
    private readonly retention: Omit<RetentionOptions, 'statisticsMs'>,
    private readonly shards: number,
    private readonly clock: Clock,
  ) {
    this.places = Array.from({ length: shards }, () => ({
      old: { id: BEFORE_ALL_IDS },
      sweep: { id: idOf(clock.epochMs() - Math.random() * SWEEP_FROM * retention.completedMs) },
    }));
  }

  /** Prunes everything that is due, in batches. A call during a round shares that round. */
  runOnce(): Promise<PruneCounts> {
    this.round ??= this.prune().finally(() => (this.round = null));
    return this.round;
  }

  /** Ends the current round after its batch. */
  stop(): void {
    this.stopped = true;
  }

  private async prune(): Promise<PruneCounts> {
    const { failedMs } = this.retention;
    let completed = 0;
    let failed = 0;
    for (const [shard, { old, sweep }] of this.places.entries()) {
      const swept = await this.sweep(shard, sweep);
      completed += swept.pruned;
      if (!swept.all) completed += await this.pruneOldIds(shard, old);
      failed += await this.inBatches((limit) => this.store.pruneFailed({ shard, olderThanMs: failedMs, limit }));
    }
    const workers = await this.store.pruneWorkers({
      shards: this.shards,
      olderThanMs: DEAD_WORKERS_KEPT_MS,
      keep: DEAD_WORKERS_KEPT,
    });
    const ticks = await this.store.pruneTicks({ olderThanMs: TICKS_KEPT_MS, keep: TICKS_KEPT, limit: TICKS_AT_ONCE });
    const operations = await this.store.pruneOperations({ olderThanMs: failedMs, limit: BATCH });
    return { completed, failed, workers, ticks, operations };
  }

  /** Deletes from all rows whose id is old enough, starting where the last round ended. */
  private async pruneOldIds(shard: number, place: Place): Promise<number> {
    let total = 0;
    while (!this.stopped) {
      const page = await this.prunePage(shard, place, true);
      total += page.pruned;
      if (page.isLast) break;
    }
    return total;
  }

  /** Deletes from rows with any id, until it has looked at all rows or at too many in vain. */
  private async sweep(shard: number, place: Place): Promise<{ pruned: number; all: boolean }> {
    let pruned = 0;
    let fromStart = place.id === BEFORE_ALL_IDS;
    for (let inVain = 0; !this.stopped && inVain < SWEPT;) {
      const page = await this.prunePage(shard, place, false);
      pruned += page.pruned;
      inVain += page.looked - page.pruned;
      if (!page.isLast) continue;
      place.id = BEFORE_ALL_IDS;
      if (fromStart) return { pruned, all: true };
      fromStart = true;
    }
    return { pruned, all: false };
  }

  private async prunePage(shard: number, place: Place, oldIdsOnly: boolean): Promise<Page> {
    const { completedMs } = this.retention;
    const { rows, result } = await this.sized(this.sizes.completed, (limit) =>
      this.store.pruneCompleted({ shard, olderThanMs: completedMs, afterId: place.id, oldIdsOnly, limit }),
    );
    place.id = result.last_id ?? place.id;
    return { ...result, isLast: result.looked < rows };
  }

  private async inBatches(prune: (rows: number) => Promise<number>): Promise<number> {
    let total = 0;
    while (!this.stopped) {
      const { rows, result } = await this.sized(this.sizes.failed, prune);
      total += result;
      if (result < rows) break;
    }
    return total;
  }

  /** After a timeout the next statement is smaller. A trigger of the host on each row may be the cause. */
  private async sized<T>(size: BatchSize, prune: (rows: number) => Promise<T>): Promise<{ rows: number; result: T }> {
    const { rows } = size;
    const startedMs = this.clock.steadyMs();
    try {
      const result = await prune(rows);
      size.took(this.clock.steadyMs() - startedMs);
      return { rows, result };
    } catch (error) {
      if (classifyDatabaseError(error) === 'slow') size.tooMuch(rows);
      throw error;
    }
  }
}

/** The lowest id of jobs that were enqueued at this time. */
function idOf(ms: number): string {
  const hex = Math.max(Math.floor(ms), 0).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
