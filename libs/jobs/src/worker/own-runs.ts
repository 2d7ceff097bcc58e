import { Logger } from '@nestjs/common';
import { classifyDatabaseError, describeDatabaseError } from '../store/database-errors.js';
import type { JobStore } from '../store/job.store.js';
import type { SettleJobsParams } from '../store/sql/settle-jobs.sql.js';
import type { Workbench } from './workbench.js';

const EVERY_MS = 30_000;
/** At once, and once more: what failed without an answer may be committed later than it was looked for. */
const AFTER_FAILURE = 2;
/** A search steps over an index entry for each job that the worker has taken, until a vacuum can remove it. */
const STEP_MS = 0.001;
/** No claim is made during a search: those that nothing calls for may take a thousandth of the time. */
const SHARE = 1 / 1_000;
/** Of the time for searches that are owed, but broken off by the server. */
const IN_VAIN_SHARE = 1 / 20;

export interface OwnRunsOptions {
  jobs: JobStore;
  shards: number;
  bench: Workbench;
  workerId: () => string;
}

/**
 * Hands back, attempt unused, what the database thinks this worker runs and it does not: a claim whose reply was lost.
 * Runs between two claims of the loop, so that no claim is under way: at once after a failed one and again 30 s later. Nothing
 * else is known to lose a claim; in case something does, it also comes every 30 s, where that is cheap
 * (docs/decisions/0003-claim.md).
 */
export class OwnRuns {
  private readonly logger = new Logger('Jobs');
  private dueMs = performance.now() + EVERY_MS;
  private owed = 0;
  private last = { startedMs: performance.now(), tookMs: 0, taken: 0 };

  constructor(private readonly options: OwnRunsOptions) {}

  /** After a claim of unknown outcome. */
  dueNow(): void {
    this.dueMs = -Infinity;
    this.owed = AFTER_FAILURE;
  }

  async runIfDue(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs < this.dueMs) return;
    this.dueMs = nowMs + EVERY_MS;
    const { owed } = this;
    if (owed === 0 && !this.isCheap(nowMs)) return;
    this.owed = Math.max(owed - 1, 0);
    if ((await this.search(nowMs)) || owed === 0) return;
    this.owed = Math.max(this.owed, owed);
    this.dueMs = Math.max(this.dueMs, nowMs + this.last.tookMs / IN_VAIN_SHARE);
  }

  /** And not useless, as for a worker that has taken no job since. */
  private isCheap(nowMs: number): boolean {
    const { startedMs, tookMs } = this.last;
    const taken = this.options.bench.taken - this.last.taken;
    return taken > 0 && tookMs + taken * STEP_MS <= (nowMs - startedMs) * SHARE;
  }

  /** False if the server broke it off: at once again it would be as slow, and nothing would ever be claimed. */
  private async search(startedMs: number): Promise<boolean> {
    const { bench, shards } = this.options;
    const { taken } = bench;
    try {
      for (let shard = 0; shard < shards; shard++) await this.runOnce(shard);
      return true;
    } catch (error) {
      if (classifyDatabaseError(error) !== 'slow') throw error;
      this.logger.warn(`${describeDatabaseError(error)}. The search for lost claims will be made again later.`);
      return false;
    } finally {
      this.last = { startedMs, tookMs: performance.now() - startedMs, taken };
    }
  }

  private async runOnce(shard: number): Promise<void> {
    const { jobs, bench } = this.options;
    const workerId = this.options.workerId();
    const own = await jobs.readOwnRuns(shard, workerId);
    const strays = own.filter(({ id, run }) => !bench.holds(id, run));
    if (strays.length > 0) await jobs.settle(handBack(shard, workerId, strays));
  }
}

function handBack(shard: number, workerId: string, strays: { id: string; run: number }[]): SettleJobsParams {
  const each = <T>(value: T): T[] => strays.map(() => value);
  const ids = strays.map(({ id }) => id);
  const runs = strays.map(({ run }) => run);
  return [shard, workerId, ids, runs, each('pending'), each(0), each(true), each(null), each(false), each(null)];
}
