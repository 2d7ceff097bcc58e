import { rowPayload } from '../job/validate/payload-text.js';
import { within } from '../support/within.js';
import type { DefinitionRegistry } from '../handle/definition.registry.js';
import { mayHaveCommitted } from '../store/connection/database-errors.js';
import type { DirectStarter, StartableJob, StartReservation } from '../wake/local-worker.js';
import type { ClaimedRow } from '../store/sql/claim/claim-jobs.sql.js';
import { outside } from '../support/own-context.js';
import type { ClaimLoop } from './claim-loop.js';
import type { LostClaims } from './lost-claims.js';
import { RunningJob } from '../slots/running-job.js';
import type { Workbench } from '../slots/workbench.js';

export interface ClaimOnInsertOptions {
  bench: Workbench;
  loop: Pick<ClaimLoop, 'foundAll' | 'wake' | 'slotFreed'>;
  lostClaims: Pick<LostClaims, 'searchSoon'>;
  registry: DefinitionRegistry;
  workerId: () => string;
  /** Whether this worker takes jobs of the queue now. */
  takes: (queue: string) => boolean;
  /** Whether the lease is held now. */
  mayClaim: () => boolean;
  startWaiting: () => void;
  /** Hands back all jobs that wait for a slot, with their attempt unused. */
  handBack: () => void;
}

/** How long to wait for inserts. The host's connections may wait for a reply without limit. */
const ANSWER_MS = 10_000;

/** Claims jobs of this process by their insert, if no due job is overtaken (docs/decisions/0012-direct-start.md). */
export class ClaimOnInsert implements DirectStarter {
  private underWay = 0;
  private onDone: (() => void) | null = null;

  constructor(private readonly options: ClaimOnInsertOptions) {}

  reserve(jobs: readonly StartableJob[]): StartReservation | null {
    const { bench, loop, registry, takes, mayClaim } = this.options;
    const { type, queue } = jobs[0]!;
    if (!loop.foundAll || !takes(queue) || !registry.processor(type) || !mayClaim()) return null;
    if (!bench.reserve(jobs.map(({ id }) => id))) return null;
    this.underWay++;
    const workerId = this.options.workerId();
    return {
      workerId,
      inserted: (scheduledAt) => afterwards(() => this.take(jobs, workerId, scheduledAt)),
      failed: (error) => this.giveUp(jobs, error),
    };
  }

  /** Resolves once no insert is under way, or after ten seconds. */
  async insertsDone(): Promise<void> {
    await within(ANSWER_MS, this.allAnswered());
  }

  private async allAnswered(): Promise<void> {
    while (this.underWay > 0) await new Promise<void>((resolve) => (this.onDone = resolve));
  }

  private take(jobs: readonly StartableJob[], workerId: string, scheduledAt: string): void {
    const { bench, mayClaim, startWaiting, handBack } = this.options;
    // The worker was declared dead meanwhile. Jobs under its old id belong to the rescue, which may have taken them
    // already.
    if (workerId !== this.options.workerId()) return this.release(jobs);
    bench.add(jobs.map((job) => new RunningJob(job.shard, startedRow(job, scheduledAt))));
    bench.unreserve(jobs);
    if (mayClaim()) startWaiting();
    else handBack();
    this.done();
  }

  private giveUp(jobs: readonly StartableJob[], error: unknown): void {
    this.release(jobs);
    if (!mayHaveCommitted(error)) return;
    this.options.lostClaims.searchSoon();
    this.options.loop.wake();
  }

  private release(jobs: readonly StartableJob[]): void {
    this.options.bench.unreserve(jobs);
    afterwards(this.options.startWaiting);
    this.options.loop.slotFreed();
    this.done();
  }

  private done(): void {
    if (--this.underWay === 0) this.onDone?.();
  }
}

/**
 * Runs `work` after the caller of `enqueue()` has received the id, as after a claim. It runs outside the async context
 * of the request, which may hold a user or a transaction.
 */
function afterwards(work: () => void): void {
  outside(() => process.nextTick(work));
}

/** The row as a claim would return it. */
function startedRow(job: StartableJob, scheduledAt: string): ClaimedRow {
  const { id, type, queue, priority, maxAttempts, timeoutMs } = job;
  return {
    id,
    type,
    payload: rowPayload(job.payload),
    queue,
    priority,
    attempts: 1,
    max_attempts: maxAttempts,
    crashes: null,
    run: 1,
    timeout_ms: timeoutMs,
    retry: null,
    scheduled_at: scheduledAt,
    created_at: null,
    tags: null,
    wait_ms: 0,
  };
}
