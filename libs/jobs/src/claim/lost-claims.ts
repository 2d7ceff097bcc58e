import { groupBy } from '../support/group-by.js';
import { within } from '../support/time/within.js';
import { classifyDatabaseError, describeDatabaseError } from '../store/connection/database-errors.js';
import type { ClaimedRun, ClaimStore } from '../store/stages/claim.store.js';
import type { SettleStore } from '../store/stages/settle.store.js';
import type { RunningJob } from '../slots/running-job.js';
import type { Workbench } from '../slots/workbench.js';
import type { Clock } from '../support/time/clock.js';
import { report } from '../report/report.js';

const EVERY_MS = 30_000;
/** Searches after a failed claim: one at once, and one more because the claim may commit after the first. */
const AFTER_FAILURE = 2;
/** A search steps over one index entry for each job that the worker has taken since the last vacuum. */
const STEP_MS = 0.001;
/** The share of the time for regular searches. */
const SHARE = 1 / 1_000;
/** The share of the time for searches after a failed claim. */
const SHARE_AFTER_FAILURE = 1 / 20;
/** A claim waits this long at most for a search, which then goes on beside the claims. */
const PATIENCE_MS = 100;

export interface LostClaimsOptions {
  outcomes: Pick<SettleStore, 'settle'>;
  /** A store whose statements may take long. */
  searches: Pick<ClaimStore, 'readLostClaims'>;
  options: { shards: number };
  bench: Workbench;
  workerId: string;
  clock: Clock;
  /** Called when a search beside the claims has found something. It is handed back before the next claim. */
  onFound: () => void;
}

interface FoundRun extends ClaimedRun {
  shard: number;
}

const HANDED_BACK = { kind: 'handed_back', delayMs: 0 } as const;

/**
 * Finds jobs that the database has under this worker's id and that the worker does not hold, because the reply of their
 * claim was lost. It hands them back with their attempt unused. When it searches, and how often, is in
 * docs/decisions/0023-lost-claims.md.
 *
 * What a search finds may belong to a claim whose reply is still on its way. So it is compared with the held jobs
 * between two claims, when none is under way. By then the worker holds all that the search can have seen, unless it was
 * lost.
 */
export class LostClaims {
  private dueMs: number;
  private owed = 0;
  private last: { startedMs: number; tookMs: number; taken: number };
  private searching: Promise<void> | null = null;
  private failure: { error: unknown } | null = null;
  /** Runs to leave as they are in the database, by job id. */
  private readonly ignored = new Map<string, number>();
  /** What the last search found and this worker did not hold at that moment. */
  private unheld: FoundRun[] = [];

  constructor(private readonly options: LostClaimsOptions) {
    const startedMs = options.clock.steadyMs();
    this.dueMs = startedMs + EVERY_MS;
    this.last = { startedMs, tookMs: 0, taken: 0 };
  }

  /** Call it after a claim with an unknown outcome. */
  searchSoon(): void {
    this.dueMs = -Infinity;
    this.owed = AFTER_FAILURE;
  }

  /** The run is over, but the database refuses to store any outcome. Handing it back would run it again and again. */
  ignore({ id, row }: RunningJob): void {
    this.ignored.set(id, row.run);
  }

  /** Call it between two claims. */
  async runIfDue(): Promise<void> {
    if (this.unheld.length > 0) await this.handBackUnheld();
    this.reportFailure();
    const nowMs = this.options.clock.steadyMs();
    if (nowMs < this.dueMs || this.searching) return;
    this.dueMs = nowMs + EVERY_MS;
    if (this.owed === 0 && !this.isCheap(nowMs)) return;
    this.searching = this.search(nowMs).finally(() => (this.searching = null));
    await within(PATIENCE_MS, this.searching);
    if (this.unheld.length > 0) await this.handBackUnheld();
    this.reportFailure();
  }

  /** Whether a search costs little and can find something: only claims since the last search can be lost. */
  private isCheap(nowMs: number): boolean {
    const { startedMs, tookMs } = this.last;
    const taken = this.options.bench.taken - this.last.taken;
    return taken > 0 && tookMs + taken * STEP_MS <= (nowMs - startedMs) * SHARE;
  }

  /** Never rejects, because no caller may be waiting when it ends. */
  private async search(startedMs: number): Promise<void> {
    const { bench, onFound } = this.options;
    const { owed } = this;
    const { taken } = bench;
    this.owed = Math.max(owed - 1, 0);
    try {
      this.unheld = (await this.readLostClaims()).filter(
        ({ id, run }) => !bench.holds(id, run) && this.ignored.get(id) !== run,
      );
    } catch (error) {
      this.failure = { error };
    }
    const tookMs = this.options.clock.steadyMs() - startedMs;
    this.last = { startedMs, tookMs, taken };
    if (owed > 0) this.dueMs = Math.max(this.dueMs, startedMs + tookMs / SHARE_AFTER_FAILURE);
    if (this.failure) this.owed = Math.max(this.owed, owed);
    if (this.unheld.length > 0) onFound();
  }

  private async readLostClaims(): Promise<FoundRun[]> {
    const { searches, options, workerId } = this.options;
    const found: FoundRun[] = [];
    for (let shard = 0; shard < options.shards; shard++)
      for (const own of await searches.readLostClaims(shard, workerId)) found.push({ ...own, shard });
    return found;
  }

  private async handBackUnheld(): Promise<void> {
    const { outcomes, bench, workerId } = this.options;
    const lost = this.unheld.filter((own) => !bench.holds(own.id, own.run));
    this.unheld = [];
    for (const [shard, ofShard] of groupBy(lost, ({ shard }) => shard)) {
      const handedBack = ofShard.map(({ id, run }) => ({ id, run, outcome: HANDED_BACK }));
      await outcomes.settle({ shard, workerId, outcomes: handedBack });
    }
  }

  /**
   * Throws the error of a search, as a failed claim does. An exception is a search that was too slow: the next one
   * would be as slow, and the worker would never claim again.
   */
  private reportFailure(): void {
    if (!this.failure) return;
    const { error } = this.failure;
    this.failure = null;
    if (classifyDatabaseError(error) !== 'slow') throw error;
    report('lost_claims_unread', { why: describeDatabaseError(error) });
  }
}
