import type { JobStore } from '../store/job.store.js';
import type { SettleJobsParams } from '../store/sql/settle-jobs.sql.js';
import type { Workbench } from './workbench.js';

const EVERY_MS = 30_000;
const NEVER = -1;

/**
 * Hands back, attempt unused, what the database thinks this worker runs and it does not: a claim whose reply was lost.
 * Runs between two claims of the loop, so that no claim is under way: at once after a failed one, and else every 30 s, unless
 * the worker has taken no job since.
 */
export class OwnRuns {
  private dueMs = performance.now() + EVERY_MS;
  private takenBefore = 0;

  constructor(
    private readonly store: JobStore,
    private readonly shards: number,
    private readonly bench: Workbench,
    private readonly workerId: () => string,
  ) {}

  /** After a claim of unknown outcome. */
  dueNow(): void {
    this.dueMs = -Infinity;
  }

  async runIfDue(): Promise<void> {
    if (performance.now() < this.dueMs) return;
    const { taken } = this.bench;
    const afterFailure = this.dueMs === -Infinity;
    if (afterFailure || taken !== this.takenBefore) await this.runAll();
    // What failed without an answer may be committed later than it was looked for: look once more.
    this.takenBefore = afterFailure ? NEVER : taken;
    this.dueMs = performance.now() + EVERY_MS;
  }

  private async runAll(): Promise<void> {
    for (let shard = 0; shard < this.shards; shard++) await this.runOnce(shard);
  }

  /** Returns how many jobs were handed back. */
  async runOnce(shard: number): Promise<number> {
    const own = await this.store.readOwnRuns(shard, this.workerId());
    const strays = own.filter(({ id, run }) => !this.bench.holds(id, run));
    if (strays.length === 0) return 0;
    return (await this.store.settle(handBack(shard, this.workerId(), strays))).size;
  }
}

function handBack(shard: number, workerId: string, strays: { id: string; run: number }[]): SettleJobsParams {
  const each = <T>(value: T): T[] => strays.map(() => value);
  const ids = strays.map(({ id }) => id);
  const runs = strays.map(({ run }) => run);
  return [shard, workerId, ids, runs, each('pending'), each(0), each(true), each(null), each(false), each(null)];
}
