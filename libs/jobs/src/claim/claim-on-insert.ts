import { rowPayload } from '../job/validate/payload-text.js';
import type { DefinitionRegistry } from '../handle/definition.registry.js';
import { mayHaveCommitted } from '../store/connection/database-errors.js';
import type { DirectStarter, StartableJob, StartReservation } from '../wake/local-worker.js';
import type { ClaimedRow } from '../store/sql/claim/claim-jobs.sql.js';
import { outside } from '../support/own-context.js';
import type { ClaimLoop } from './claim-loop.js';
import type { LostClaims } from './lost-claims.js';
import { RunningJob } from '../slots/running-job.js';
import type { Workbench } from '../slots/workbench.js';
import type { Clock } from '../support/time/clock.js';

export interface ClaimOnInsertOptions {
  bench: Workbench;
  loop: Pick<ClaimLoop, 'foundAll' | 'wake' | 'slotFreed'>;
  lostClaims: Pick<LostClaims, 'searchSoon'>;
  registry: DefinitionRegistry;
  workerId: string;
  clock: Clock;
  /** Whether this worker takes such jobs now. */
  takes: (job: Pick<StartableJob, 'queue' | 'type'>) => boolean;
  /** Whether the lease is held now. */
  mayClaim: () => boolean;
  /** Lets jobs wait for a slot, except those whose queue or type has been paused meanwhile. */
  add: (jobs: RunningJob[]) => void;
  startWaiting: () => void;
  /** Hands back all jobs that wait for a slot, with their attempt unused. */
  handBack: () => void;
}

/** Claims jobs of this process by their insert, if no due job is overtaken (docs/decisions/0012-direct-start.md). */
export class ClaimOnInsert implements DirectStarter {
  constructor(private readonly options: ClaimOnInsertOptions) {}

  reserve(jobs: readonly StartableJob[]): StartReservation | null {
    const { bench, loop, registry, takes, mayClaim, workerId } = this.options;
    const [first] = jobs;
    if (!loop.foundAll || !takes(first!) || !registry.processor(first!.type) || !mayClaim()) return null;
    if (!bench.reserve(jobs.map(({ id }) => id))) return null;
    return {
      workerId,
      inserted: (scheduledAt) => afterwards(() => this.take(jobs, scheduledAt)),
      failed: (error) => this.giveUp(jobs, error),
    };
  }

  private take(jobs: readonly StartableJob[], scheduledAt: string): void {
    const { bench, clock, mayClaim, add, startWaiting, handBack } = this.options;
    add(jobs.map((job) => new RunningJob(job.shard, startedRow(job, scheduledAt), clock)));
    bench.unreserve(jobs);
    if (mayClaim()) startWaiting();
    else handBack();
  }

  private giveUp(jobs: readonly StartableJob[], error: unknown): void {
    this.options.bench.unreserve(jobs);
    afterwards(this.options.startWaiting);
    this.options.loop.slotFreed();
    if (!mayHaveCommitted(error)) return;
    this.options.lostClaims.searchSoon();
    this.options.loop.wake();
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
