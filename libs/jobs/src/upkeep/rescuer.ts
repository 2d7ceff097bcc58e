import type { FleetStore } from '../store/fleet.store.js';
import type { JobStore } from '../store/job.store.js';
import type { RescuedRow } from '../store/sql/rescue-jobs.sql.js';
import type { WorkerRow } from '../store/sql/worker-lease.sql.js';

export interface RescuerOptions {
  jobs: JobStore;
  fleet: FleetStore;
  shards: number;
  /** The worker that asks. */
  ownId: () => string;
  /** A worker unseen for so long is declared dead, in milliseconds by this process's monotonic clock. */
  deadAfterMs: number;
  /** A pause between two reads longer than this proves nothing about the others: watching starts anew. */
  maxGapMs: number;
  onRescued: (rows: RescuedRow[]) => void;
}

export interface RescueCounts {
  declaredDead: number;
  rescued: number;
}

interface Watched {
  lastSeenAt: string;
  sinceMs: number;
}

const BATCH = 1_000;
const SWEEP_EVERY_MS = 60_000;
/** Rounds come at whole multiples of the renewal, give or take: without this a hair's breadth would cost a whole round. */
const ROUNDING_MS = 250;

/**
 * Finds workers that have died and takes their jobs back. It watches the same `last_seen_at` for a while across
 * unbroken reads, by its own monotonic clock: a database outage or a clock that jumps kills nobody.
 */
export class Rescuer {
  private readonly watched = new Map<string, Watched>();
  private swept = new Set<string>();
  private lastReadMs = -Infinity;
  private lastSweepMs = -Infinity;

  constructor(private readonly options: RescuerOptions) {}

  /** One round over the fleet as it was just read. */
  async runOnce(workers: readonly WorkerRow[]): Promise<RescueCounts> {
    const nowMs = performance.now();
    if (nowMs - this.lastReadMs > this.options.maxGapMs) this.watched.clear();
    this.lastReadMs = nowMs;
    let declaredDead = 0;
    for (const worker of this.overdue(workers, nowMs))
      if (await this.options.fleet.declareDead(worker.id, worker.last_seen_at)) declaredDead++;
    const unswept = workers.some((worker) => worker.dead && !this.swept.has(worker.id));
    const sweep = declaredDead > 0 || unswept || nowMs - this.lastSweepMs >= SWEEP_EVERY_MS;
    const rescued = sweep ? await this.sweep(nowMs) : 0;
    this.swept = new Set(workers.filter((worker) => worker.dead).map((worker) => worker.id));
    return { declaredDead, rescued };
  }

  /** A read of the fleet failed: whoever was silent meanwhile may have had the same trouble. Watching starts anew. */
  missed(): void {
    this.watched.clear();
  }

  private overdue(workers: readonly WorkerRow[], nowMs: number): WorkerRow[] {
    const living = workers.filter((worker) => !worker.dead);
    const ids = new Set(living.map((worker) => worker.id));
    for (const id of this.watched.keys()) if (!ids.has(id)) this.watched.delete(id);
    return living.filter((worker) => {
      const before = this.watched.get(worker.id);
      if (before?.lastSeenAt === worker.last_seen_at)
        return nowMs - before.sinceMs >= this.options.deadAfterMs - ROUNDING_MS;
      this.watched.set(worker.id, { lastSeenAt: worker.last_seen_at, sinceMs: nowMs });
      return false;
    });
  }

  private async sweep(nowMs: number): Promise<number> {
    this.lastSweepMs = nowMs;
    let rescued = 0;
    for (let shard = 0; shard < this.options.shards; shard++) {
      for (
        let rows: RescuedRow[];
        (rows = await this.options.jobs.rescue(shard, BATCH, this.options.ownId())).length > 0;
      ) {
        rescued += rows.length;
        this.options.onRescued(rows);
      }
    }
    return rescued;
  }
}
