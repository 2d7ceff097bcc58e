import { Inject, Injectable } from '@nestjs/common';
import { JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { JOBS_REPOSITORY, type JobRepository } from '../observe/stats/job.repository.js';
import { QueueStore } from '../store/control/queue.store.js';
import { Operations } from './operations.js';
import { SharedLook } from './shared-look.js';
import { Clock } from '../support/time/clock.js';

/** A worker of the fleet. */
export interface JobWorkerView {
  id: string;
  host: string;
  pid: number;
  /** The option `version` of its process. */
  version: string;
  queues: string[];
  slots: number;
  /** How many jobs it runs, among at most 10,000 running jobs of each shard. */
  running: number;
  startedAt: Date;
  /** When it last renewed its lease. */
  lastSeenAt: Date;
  /** False once it has stopped or was declared dead, or has been silent for longer than `lease.deadAfterMs`. */
  alive: boolean;
}

/** Shows the workers of all processes. */
@Injectable()
export class JobWorkers {
  private readonly shared: SharedLook<JobWorkerView[]>;

  constructor(
    private readonly operations: Operations,
    @Inject(JOBS_REPOSITORY) private readonly repository: JobRepository,
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
    clock: Clock,
  ) {
    this.shared = new SharedLook(clock, () => this.read());
  }

  /**
   * Living workers and those that died in the last hour, at most 1,000: the living ones first, last seen first. Calls
   * within two seconds share an answer.
   */
  list(): Promise<JobWorkerView[]> {
    return this.shared.get();
  }

  private async read(): Promise<JobWorkerView[]> {
    const running = await this.repository.countByWorker();
    const { deadAfterMs } = this.options.lease;
    const rows = await this.operations.read(null, (executor) => new QueueStore(executor).workers(deadAfterMs));
    return rows.map(({ started_ms, seen_ms, ...row }) => ({
      id: row.id,
      host: row.host,
      pid: row.pid,
      version: row.version,
      queues: row.queues,
      slots: row.slots,
      running: running.get(row.id) ?? 0,
      startedAt: new Date(started_ms),
      lastSeenAt: new Date(seen_ms),
      alive: row.alive,
    }));
  }
}
