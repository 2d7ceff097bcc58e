import type { RetentionOptions } from '../jobs.options.js';
import type { FleetStore } from '../store/fleet.store.js';

export interface PruneCounts {
  completed: number;
  failed: number;
  workers: number;
  ticks: number;
}

/** Small batches: each is a short transaction, so nobody waits for locks and vacuum keeps up. */
const BATCH = 1_000;
const DEAD_WORKERS_KEPT_MS = 86_400_000;
const TICKS_KEPT_MS = 400 * 86_400_000;

/** Deletes finished jobs once they are old enough. Any replica may, at any time: rows locked by another are skipped. */
export class Pruner {
  private stopped = false;
  private round: Promise<PruneCounts> | null = null;

  constructor(
    private readonly fleet: FleetStore,
    private readonly retention: RetentionOptions,
    private readonly shards: number,
  ) {}

  /** Prunes everything that is due, batch by batch. One round at a time: a long one answers for those asked meanwhile. */
  runOnce(): Promise<PruneCounts> {
    this.round ??= this.prune().finally(() => (this.round = null));
    return this.round;
  }

  /** Ends a round under way after its current batch. */
  stop(): void {
    this.stopped = true;
  }

  private async prune(): Promise<PruneCounts> {
    const { completedMs, failedMs } = this.retention;
    let completed = 0;
    let failed = 0;
    for (let shard = 0; shard < this.shards; shard++) {
      completed += await this.inBatches(() => this.fleet.pruneCompleted(shard, completedMs, BATCH));
      failed += await this.inBatches(() => this.fleet.pruneFailed(shard, failedMs, BATCH));
    }
    const workers = await this.fleet.pruneWorkers(this.shards, DEAD_WORKERS_KEPT_MS);
    const ticks = await this.fleet.pruneTicks(TICKS_KEPT_MS);
    return { completed, failed, workers, ticks };
  }

  private async inBatches(prune: () => Promise<number>): Promise<number> {
    let total = 0;
    while (!this.stopped) {
      const count = await prune();
      total += count;
      if (count < BATCH) break;
    }
    return total;
  }
}
