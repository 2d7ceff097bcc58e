import type { DefinitionRegistry } from '../handle/definition.registry.js';
import type { SettleBatch } from '../settle/settle-batch.js';
import type { RunningJob } from '../slots/running-job.js';
import type { Workbench } from '../slots/workbench.js';
import type { WorkerStatus } from '../state/worker-status.js';
import type { ClaimStore } from '../store/stages/claim.store.js';
import type { Clock } from '../support/time/clock.js';
import type { ClaimedWork } from './claimed-work.js';
import { byProcessor, postponeParts, postponeUnknown, type PostponeParts } from './unknown-types/postpone.js';

export interface IntakeParts {
  bench: Pick<Workbench, 'add' | 'hold'>;
  work: Pick<ClaimedWork, 'queues' | 'types'>;
  registry: DefinitionRegistry;
  claims: Pick<ClaimStore, 'postpone'>;
  queues: string[];
  settling: SettleBatch;
  status: WorkerStatus;
  clock: Clock;
  handBack: (job: RunningJob, delayMs: number) => void;
}

/** Sorts jobs that have become this worker's: most wait for a slot from here, and others go back. */
export class Intake {
  private readonly postponement: PostponeParts;

  constructor(private readonly parts: IntakeParts) {
    const { claims: store, queues, settling, status, clock, work } = parts;
    const isPaused = (type: string) => work.types.has(type);
    this.postponement = postponeParts({ store, queues, clock, settling, isPaused }, status);
  }

  /** `start` starts those that wait. */
  async take(claimed: RunningJob[], start: () => void): Promise<void> {
    const { known, unknown } = byProcessor(this.withoutPaused(claimed), this.parts.registry);
    this.addUnpaused(known);
    start();
    if (unknown.length > 0) await postponeUnknown(unknown, this.postponement);
  }

  /** Lets jobs wait for a slot. Those of paused queues and types go back to their place. */
  readonly add = (jobs: RunningJob[]): void => this.addUnpaused(this.withoutPaused(jobs));

  /** Of these, queues may be paused, but no type. */
  private addUnpaused(jobs: RunningJob[]): void {
    const { bench, work, handBack } = this.parts;
    for (const { job, delayMs } of bench.add(jobs, work.queues.paused)) handBack(job, delayMs);
  }

  /** A claim that was under way when a type was paused brings jobs that must not start. They go back to their place. */
  private withoutPaused(jobs: RunningJob[]): RunningJob[] {
    const { bench, work, handBack } = this.parts;
    if (work.types.isEmpty) return jobs;
    const paused = jobs.filter(({ row }) => work.types.has(row.type));
    bench.hold(paused);
    for (const job of paused) handBack(job, -job.overdueMs);
    return jobs.filter(({ row }) => !work.types.has(row.type));
  }
}
