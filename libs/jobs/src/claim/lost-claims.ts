import { Logger } from '@nestjs/common';
import { groupBy } from '../support/group-by.js';
import { within } from '../support/within.js';
import { classifyDatabaseError, describeDatabaseError } from '../store/connection/database-errors.js';
import type { JobStore } from '../store/job.store.js';
import type { SettleJobsParams } from '../store/sql/settle/settle-jobs.sql.js';
import type { RunningJob } from '../slots/running-job.js';
import type { Workbench } from '../slots/workbench.js';

const EVERY_MS = 30_000;
/** At once, and once more: what failed without an answer may be committed later than it was looked for. */
const AFTER_FAILURE = 2;
/** A search steps over an index entry for each job that the worker has taken, until a vacuum can remove it. */
const STEP_MS = 0.001;
/** Searches that nothing calls for may take a thousandth of the time. */
const SHARE = 1 / 1_000;
/** The others may take a twentieth. */
const OWED_SHARE = 1 / 20;
/** No claim waits longer for a search, which then goes on beside the next claims. */
const PATIENCE_MS = 100;

export interface OwnRunsOptions {
  jobs: Pick<JobStore, 'settle'>;
  /** Its statements may take long. */
  searches: Pick<JobStore, 'readLostClaims'>;
  options: { shards: number };
  bench: Workbench;
  workerId: () => string;
  /** A search that went on beside claims has found something: it is handed back between two of them. */
  onFound: () => void;
}

interface OwnRun {
  shard: number;
  workerId: string;
  id: string;
  run: number;
}

/**
 * Hands back, attempt unused, what the database thinks this worker runs and it does not: a claim whose reply was lost.
 * Searches at once after a failed claim and again 30 s later. Nothing else is known to lose a claim; in case something
 * does, it also comes every 30 s, where that is cheap (docs/decisions/0003-claim.md).
 *
 * What a search has found may belong to a claim whose reply is still on its way. So it is compared between two claims of
 * the loop, when no claim is under way: whatever the search can have seen is held by then, or is lost.
 */
export class LostClaims {
  private readonly logger = new Logger('Jobs');
  private dueMs = performance.now() + EVERY_MS;
  private owed = 0;
  private last = { startedMs: performance.now(), tookMs: 0, taken: 0 };
  private searching: Promise<void> | null = null;
  private failure: { error: unknown } | null = null;
  /** Runs that stay as they are in the database, by the job's id. */
  private readonly left = new Map<string, number>();
  /** What the last search has found and this worker did not hold at that moment. */
  private doubtful: OwnRun[] = [];

  constructor(private readonly options: OwnRunsOptions) {}

  /** After a claim of unknown outcome. */
  dueNow(): void {
    this.dueMs = -Infinity;
    this.owed = AFTER_FAILURE;
  }

  /** This run is over, but the database refuses to be told. It would be run again and again if it were handed back. */
  leave({ id, row }: RunningJob): void {
    this.left.set(id, row.run);
  }

  /** Between two claims. */
  async runIfDue(): Promise<void> {
    if (this.doubtful.length > 0) await this.handBackStrays();
    this.tellFailure();
    const nowMs = performance.now();
    if (nowMs < this.dueMs || this.searching) return;
    this.dueMs = nowMs + EVERY_MS;
    if (this.owed === 0 && !this.isCheap(nowMs)) return;
    this.searching = this.search(nowMs).finally(() => (this.searching = null));
    await within(PATIENCE_MS, this.searching);
    if (this.doubtful.length > 0) await this.handBackStrays();
    this.tellFailure();
  }

  /** And not useless, as for a worker that has taken no job since. */
  private isCheap(nowMs: number): boolean {
    const { startedMs, tookMs } = this.last;
    const taken = this.options.bench.taken - this.last.taken;
    return taken > 0 && tookMs + taken * STEP_MS <= (nowMs - startedMs) * SHARE;
  }

  /** Never rejects: nobody may be waiting for it when it ends. */
  private async search(startedMs: number): Promise<void> {
    const { bench, onFound } = this.options;
    const { owed } = this;
    const { taken } = bench;
    this.owed = Math.max(owed - 1, 0);
    try {
      this.doubtful = (await this.readLostClaims()).filter(
        ({ id, run }) => !bench.holds(id, run) && this.left.get(id) !== run,
      );
    } catch (error) {
      this.failure = { error };
    }
    const tookMs = performance.now() - startedMs;
    this.last = { startedMs, tookMs, taken };
    if (owed > 0) this.dueMs = Math.max(this.dueMs, startedMs + tookMs / OWED_SHARE);
    if (this.failure) this.owed = Math.max(this.owed, owed);
    if (this.doubtful.length > 0) onFound();
  }

  private async readLostClaims(): Promise<OwnRun[]> {
    const { searches, options } = this.options;
    const workerId = this.options.workerId();
    const found: OwnRun[] = [];
    for (let shard = 0; shard < options.shards; shard++)
      for (const own of await searches.readLostClaims(shard, workerId)) found.push({ ...own, shard, workerId });
    return found;
  }

  private async handBackStrays(): Promise<void> {
    const { jobs, bench, workerId } = this.options;
    const strays = this.doubtful.filter((own) => own.workerId === workerId() && !bench.holds(own.id, own.run));
    this.doubtful = [];
    for (const [shard, ofShard] of groupBy(strays, (stray) => stray.shard))
      await jobs.settle(handBack(shard, workerId(), ofShard));
  }

  /** As a claim's: the database is away. One that was too slow would be so again, and nothing would ever be claimed. */
  private tellFailure(): void {
    if (!this.failure) return;
    const { error } = this.failure;
    this.failure = null;
    if (classifyDatabaseError(error) !== 'slow') throw error;
    this.logger.warn(`${describeDatabaseError(error)}. The search for lost claims will be made again later.`);
  }
}

function handBack(shard: number, workerId: string, strays: OwnRun[]): SettleJobsParams {
  const each = <T>(value: T): T[] => strays.map(() => value);
  const ids = strays.map(({ id }) => id);
  const runs = strays.map(({ run }) => run);
  return [shard, workerId, ids, runs, each('pending'), each(0), each(true), each(null), each(false), each(null)];
}
