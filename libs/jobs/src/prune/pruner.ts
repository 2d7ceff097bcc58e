import type { RetentionOptions } from '../jobs.options.js';
import { BatchSize } from '../support/batch-size.js';
import { classifyDatabaseError } from '../store/connection/database-errors.js';
import type { FleetStore } from '../store/fleet.store.js';
import type { PrunedPage } from '../store/sql/prune/prune.sql.js';

export interface PruneCounts {
  completed: number;
  failed: number;
  workers: number;
  ticks: number;
}

/** Small batches: each is a short transaction, so nobody waits for locks and vacuum keeps up. */
const BATCH = 1_000;
/** How many rows a round of the sweep looks at in vain, a shard: 20 ms of the database's time. */
const SWEPT = 20_000;
/**
 * A process may end before it has swept a large table, so each begins somewhere else: by chance within this many times of the
 * retention, and by its own clock, which need not be right for that.
 */
const SWEEP_FROM = 2;
const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';
const DEAD_WORKERS_KEPT_MS = 86_400_000;
/** A process that crashes every other second would leave 43,000 rows a day, which each renewal of a lease reads. */
const DEAD_WORKERS_KEPT = 1_000;
const TICKS_KEPT_MS = 400 * 86_400_000;

interface Page extends PrunedPage {
  isLast: boolean;
}

/** After which id to go on. */
interface Place {
  id: string;
}

/**
 * Deletes finished jobs once they are old enough. Any replica may, at any time: rows locked by another are skipped. Completed
 * jobs have no index of their own, because it would cost every job. Ids begin with the time of the enqueue, so most of them are
 * found in that order, each time from where the last round ended; a sweep over all rows, some each round, finds the
 * rest: what took long to complete, was locked, or has an id of another kind (docs/decisions/0014-pruning.md).
 */
export class Pruner {
  private stopped = false;
  private round: Promise<PruneCounts> | null = null;
  private readonly sizes = { completed: new BatchSize(BATCH), failed: new BatchSize(BATCH) };
  private readonly places: { old: Place; sweep: Place }[];

  constructor(
    private readonly fleet: FleetStore,
    private readonly retention: RetentionOptions,
    private readonly shards: number,
  ) {
    this.places = Array.from({ length: shards }, () => ({
      old: { id: BEFORE_ALL_IDS },
      sweep: { id: idOf(Date.now() - Math.random() * SWEEP_FROM * retention.completedMs) },
    }));
  }

  /** Prunes what is due, batch by batch. One round at a time: a long one answers for those asked meanwhile. */
  runOnce(): Promise<PruneCounts> {
    this.round ??= this.prune().finally(() => (this.round = null));
    return this.round;
  }

  /** Ends a round under way after its current batch. */
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
      failed += await this.inBatches((rows) => this.fleet.pruneFailed(shard, failedMs, rows));
    }
    const workers = await this.fleet.pruneWorkers(this.shards, DEAD_WORKERS_KEPT_MS, DEAD_WORKERS_KEPT);
    const ticks = await this.fleet.pruneTicks(TICKS_KEPT_MS);
    return { completed, failed, workers, ticks };
  }

  /** All rows whose id is old enough, from where the last round ended. */
  private async pruneOldIds(shard: number, place: Place): Promise<number> {
    let total = 0;
    while (!this.stopped) {
      const page = await this.prunePage(shard, place, true);
      total += page.pruned;
      if (page.isLast) break;
    }
    return total;
  }

  /** Rows of whatever ids, until it has looked at all there are, or at so many in vain. */
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
    const { rows, result } = await sized(this.sizes.completed, (limit) =>
      this.fleet.pruneCompleted([shard, completedMs, place.id, oldIdsOnly, limit]),
    );
    place.id = result.last_id ?? place.id;
    return { ...result, isLast: result.looked < rows };
  }

  private async inBatches(prune: (rows: number) => Promise<number>): Promise<number> {
    let total = 0;
    while (!this.stopped) {
      const { rows, result } = await sized(this.sizes.failed, prune);
      total += result;
      if (result < rows) break;
    }
    return total;
  }
}

/** After a statement that timed out, such as for a trigger on each row, the next ones are smaller. */
async function sized<T>(size: BatchSize, prune: (rows: number) => Promise<T>): Promise<{ rows: number; result: T }> {
  const { rows } = size;
  const startedMs = performance.now();
  try {
    const result = await prune(rows);
    size.took(performance.now() - startedMs);
    return { rows, result };
  } catch (error) {
    if (classifyDatabaseError(error) === 'slow') size.tooMuch(rows);
    throw error;
  }
}

/** Before all ids of jobs that were enqueued then. */
function idOf(ms: number): string {
  const hex = Math.max(Math.floor(ms), 0).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
