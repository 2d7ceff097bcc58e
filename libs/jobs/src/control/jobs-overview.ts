import { Inject, Injectable } from '@nestjs/common';
import { JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { JOBS_HEALTH, type JobsHealthIndicator } from '../observe/health/job-health.js';
import { JOBS_REPOSITORY, type JobRepository } from '../observe/stats/job.repository.js';
import { FleetLooks } from './fleet-looks.js';
import { Operations, type Shared } from './operations.js';
import type { JobQueue } from './queue-view.js';
import { verdictOf, type OverviewReason } from './verdict.js';

/** How the jobs of all processes are, in a few figures. */
export interface JobsOverviewView {
  /** `up`: nothing to do. `degraded`: jobs run, but something needs attention. `down`: this process cannot work. */
  status: 'up' | 'degraded' | 'down';
  /** What needs attention, most important first. Empty if the status is `up`. */
  reasons: OverviewReason[];
  pending: number;
  /** True if there are more than are counted. */
  pendingCapped: boolean;
  running: number;
  /** Jobs that failed for good in the last 24 hours. */
  failedLastDay: number;
  failedCapped: boolean;
  /** How long the oldest due job has been due that is of no paused type, in milliseconds. Null if none is due. */
  oldestDueMs: number | null;
  /** Known queues. */
  queues: number;
  /** Living workers. */
  workers: number;
  /** The option `version` of this process; `unknown` if nobody has said it. */
  version: string;
}

/** One look at everything. */
@Injectable()
export class JobsOverview {
  private readonly shared: Shared<JobsOverviewView>;

  constructor(
    operations: Operations,
    private readonly fleet: FleetLooks,
    @Inject(JOBS_REPOSITORY) private readonly repository: JobRepository,
    @Inject(JOBS_HEALTH) private readonly health: JobsHealthIndicator,
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
  ) {
    this.shared = operations.share(() => this.read());
  }

  /**
   * The verdict and the figures. Counts are those of `JobRepository`, so the cost does not grow with the table. Calls
   * within two seconds share an answer, unless an operator has changed something in between. Throws if the database cannot
   * be read, because there are no figures then.
   */
  overview(): Promise<JobsOverviewView> {
    return this.shared(null)!;
  }

  private async read(): Promise<JobsOverviewView> {
    const { jobs: health } = await this.health.isReady('jobs');
    const failed = await this.repository.countFailedByType();
    const { queues, counted } = await this.fleet.queues(null);
    const workers = await this.fleet.workers(null);
    const paused = await this.fleet.pausedTypes();
    const total = (of: (queue: JobQueue) => number) => queues.reduce((sum, queue) => sum + of(queue), 0);
    return {
      ...verdictOf(health, queues, paused),
      pending: total(({ pending }) => pending),
      pendingCapped: !counted || queues.some(({ pendingCapped }) => pendingCapped),
      running: total(({ running }) => running),
      failedLastDay: failed.total,
      failedCapped: failed.capped,
      oldestDueMs: queues.reduce((oldest, queue) => Math.max(oldest, queue.oldestDueMs ?? 0), 0) || null,
      queues: queues.length,
      workers: workers.filter(({ alive }) => alive).length,
      version: this.options.version,
    };
  }
}
