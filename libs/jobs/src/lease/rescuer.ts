import { within } from '../support/time/within.js';
import { RescueBatches, type RescueBatchesOptions } from './rescue-batches.js';
import type { RescueStore } from '../store/stages/rescue.store.js';
import type { WorkerStore } from '../store/worker.store.js';
import type { WorkerRow } from '../store/sql/lease/worker-lease.sql.js';
import type { Clock } from '../support/time/clock.js';

export interface RescuerOptions extends RescueBatchesOptions {
  /** A store whose statements may take long, because they step over the dead index entries of dead workers. */
  rescues: Pick<RescueStore, 'lostWorkers' | 'rescue' | 'heldBy'>;
  workers: Pick<WorkerStore, 'declareDead'>;
  clock: Clock;
  shards: number;
  /** How long a lease may stay unchanged before its worker is declared dead, in monotonic milliseconds. */
  deadAfterMs: number;
  /**
   * The longest gap between two reads of the fleet, in milliseconds. After a longer one the watch starts again, because
   * it proves nothing about the others.
   */
  maxGapMs: number;
}

export interface RescueCounts {
  declaredDead: number;
  rescued: number;
}

interface Watched {
  lastSeenAt: string;
  sinceMs: number;
}

const SEARCH_EVERY_MS = 60_000;
/** The share of the time for regular searches. */
const SEARCH_SHARE = 1 / 20;
/** If the last search took less than this, one follows each death. */
const CHEAP_MS = 100;
/** A round waits this long at most for a sweep, which then goes on beside the next rounds. */
const PATIENCE_MS = 1_000;
/** Tolerance for rounds that come early. Without it, a few milliseconds would cost a whole round. */
const ROUNDING_MS = 250;

/**
 * Declares workers dead and rescues their jobs (docs/decisions/0008-lease.md). A worker is dead if its `last_seen_at`
 * stays the same across unbroken reads, by this process's monotonic clock. So neither an outage of the database nor a
 * clock that is set can kill a worker. A search about once a minute finds jobs of workers that died unseen, or that
 * claimed after their rescue.
 */
export class Rescuer {
  private readonly watched = new Map<string, Watched>();
  /** Dead workers whose jobs have not been rescued yet. */
  private readonly fallen = new Set<string>();
  private seenDead = new Set<string>();
  private lastReadMs = -Infinity;
  private nextSearchMs = -Infinity;
  private searchTookMs = 0;
  private sweeping: Promise<number> | null = null;
  private readonly batches: RescueBatches;

  constructor(private readonly options: RescuerOptions) {
    this.batches = new RescueBatches(options);
  }

  /** One round over the fleet, as it was just read. Jobs count in the round in which their sweep ends. */
  async runOnce(workers: readonly WorkerRow[]): Promise<RescueCounts> {
    const nowMs = this.options.clock.steadyMs();
    if (nowMs - this.lastReadMs > this.options.maxGapMs) this.watched.clear();
    this.lastReadMs = nowMs;
    const declared = await this.declareDead(this.overdue(workers, nowMs));
    const dead = workers.filter((worker) => worker.dead).map((worker) => worker.id);
    for (const id of [...declared, ...dead]) if (!this.seenDead.has(id)) this.fallen.add(id);
    // Those declared dead in this round are swept again in the next one, because a claim may have been under way.
    this.seenDead = new Set(dead);
    const sweep = this.fallen.size > 0 || nowMs >= this.nextSearchMs;
    if (sweep) this.sweeping ??= this.sweep();
    const rescued = this.sweeping ? await this.endOf(this.sweeping) : 0;
    return { declaredDead: declared.length, rescued };
  }

  /** A read of the fleet failed. The watch starts again, because the other workers may have been cut off as well. */
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

  private async declareDead(overdue: readonly WorkerRow[]): Promise<string[]> {
    const declared: string[] = [];
    for (const worker of overdue) if (await this.options.workers.declareDead(worker)) declared.push(worker.id);
    return declared;
  }

  /** How many jobs the sweep has rescued. 0 while it is still running. Rejects if the sweep failed. */
  private async endOf(sweeping: Promise<number>): Promise<number> {
    // A sweep may fail between two rounds. The next round then throws its error.
    sweeping.catch(() => {});
    try {
      const rescued = await within(PATIENCE_MS, sweeping);
      if (rescued !== null) this.sweeping = null;
      return rescued ?? 0;
    } catch (error) {
      this.sweeping = null;
      throw error;
    }
  }

  private async sweep(): Promise<number> {
    let rescued = await this.rescueFallen();
    const isDue = this.options.clock.steadyMs() >= this.nextSearchMs;
    if (isDue || this.searchTookMs < CHEAP_MS) rescued += await this.search();
    return rescued + (await this.rescueFallen());
  }

  private async rescueFallen(): Promise<number> {
    const fallen = [...this.fallen];
    if (fallen.length === 0) return 0;
    const rescued = await this.rescueFrom(() => Promise.resolve(fallen));
    for (const id of fallen) this.fallen.delete(id);
    return rescued;
  }

  private async search(): Promise<number> {
    const { rescues, ownId, clock } = this.options;
    const startedMs = clock.steadyMs();
    const rescued = await this.rescueFrom((shard) => rescues.lostWorkers(shard, ownId()));
    this.searchTookMs = clock.steadyMs() - startedMs;
    this.nextSearchMs = startedMs + Math.max(SEARCH_EVERY_MS, this.searchTookMs / SEARCH_SHARE);
    return rescued;
  }

  private async rescueFrom(lost: (shard: number) => Promise<string[]>): Promise<number> {
    let rescued = 0;
    for (let shard = 0; shard < this.options.shards; shard++) {
      const workerIds = await lost(shard);
      if (workerIds.length > 0) rescued += await this.batches.rescueFrom(shard, workerIds);
    }
    return rescued;
  }
}
