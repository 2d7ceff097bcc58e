import { Inject, Injectable } from '@nestjs/common';
import { JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import {
  countsByQueue,
  JOBS_REPOSITORY,
  type JobRepository,
  type PendingJobs,
  type RunningJobs,
} from '../observe/stats/job.repository.js';
import type { GivenManager } from '../store/connection/caller-manager.js';
import { TypeStore } from '../store/type.store.js';
import { QueueStore } from '../store/control/queue.store.js';
import type { ListedWorkerRow } from '../store/sql/control/list-workers.sql.js';
import type { QueueSettingsRow } from '../store/sql/control/queues.sql.js';
import { Operations, type Shared } from './operations.js';
import { countPaused } from './paused-types.js';
import { toQueues, type JobQueue } from './queue-view.js';
import type { PausedType } from './verdict.js';

/**
 * What several answers are about: queues, workers and the jobs of both. Each part is read once for all calls within two
 * seconds, until an operator changes something. In a caller's transaction all is read anew.
 */
@Injectable()
export class FleetLooks {
  private readonly pending: Shared<PendingJobs>;
  private readonly held: Shared<RunningJobs>;
  private readonly living: Shared<ListedWorkerRow[]>;
  private readonly named: Shared<QueueSettingsRow[]>;
  private readonly paused: Shared<PausedType[]>;

  constructor(
    private readonly operations: Operations,
    @Inject(JOBS_REPOSITORY) private readonly repository: JobRepository,
    @Inject(JOBS_OPTIONS) private readonly options: Pick<JobsOptions, 'lease'>,
  ) {
    this.pending = operations.share(() => repository.pendingByQueue());
    this.held = operations.share(() => repository.countRunning());
    this.living = operations.share(() => this.readWorkers(null));
    this.named = operations.share(() => this.readQueues(null));
    this.paused = operations.share(() => this.readPaused());
  }

  /** All known queues, by name. `counted` is that of `CountsByQueue`. */
  async queues(given: GivenManager): Promise<{ queues: JobQueue[]; counted: boolean }> {
    const pending = await (this.pending(given) ?? this.repository.pendingByQueue());
    const counts = countsByQueue(pending, await this.running(given));
    const workers = await this.workers(given);
    const queues = await (this.named(given) ?? this.readQueues(given));
    return { queues: toQueues({ counts, workers, queues }), counted: counts.counted };
  }

  /** Living workers and those that died in the last hour, at most 1,000, the living ones first. */
  workers(given: GivenManager): Promise<ListedWorkerRow[]> {
    return this.living(given) ?? this.readWorkers(given);
  }

  running(given: GivenManager): Promise<RunningJobs> {
    return this.held(given) ?? this.repository.countRunning();
  }

  /** The paused types, at most 1,000, with the numbers of their jobs. */
  pausedTypes(): Promise<PausedType[]> {
    return this.paused(null)!;
  }

  /** The next calls read anew, and share that. */
  forget(): void {
    for (const shared of [this.pending, this.held, this.living, this.named, this.paused]) shared.forget();
  }

  private async readPaused(): Promise<PausedType[]> {
    const { pausedTypes, counted } = await this.pending(null)!;
    const types = counted ? pausedTypes : await this.readPausedTypes();
    return countPaused(types, this.repository);
  }

  private async readPausedTypes(): Promise<string[]> {
    const rows = await this.operations.read(null, (executor) => new TypeStore(executor).paused());
    return rows.map(({ type }) => type);
  }

  private readWorkers(given: GivenManager): Promise<ListedWorkerRow[]> {
    const { deadAfterMs } = this.options.lease;
    return this.operations.read(given, (executor) => new QueueStore(executor).workers(deadAfterMs));
  }

  private readQueues(given: GivenManager): Promise<QueueSettingsRow[]> {
    return this.operations.read(given, (executor) => new QueueStore(executor).list());
  }
}
