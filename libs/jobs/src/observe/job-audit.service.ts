import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { JOBS_DATA_SOURCE, JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { AuditStore } from '../store/audit.store.js';
import { callerManager, type CallerManager } from '../store/connection/caller-manager.js';
import { ManagerExecutor } from '../store/connection/executors.js';
import { inSchema } from '../store/in-schema.js';

export interface AuditEntry {
  /** Who did it. Cut to 200 characters. */
  actor: string;
  /** What was done, such as `job.cancel`. At most 50 characters. */
  action: string;
  jobId?: string;
  /** Facts about the action, as JSON. Leave payloads out: they may contain personal data. Default: none. */
  details?: Record<string, unknown>;
}

const MAX_ACTOR_LENGTH = 200;

/** Records in `job_audit` who has cancelled, retried or otherwise changed jobs by hand. */
@Injectable()
export class JobAuditService {
  private readonly managerOf: CallerManager;

  constructor(
    @Inject(JOBS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(JOBS_OPTIONS)
    private readonly options: Pick<JobsOptions, 'schema' | 'transactionManager' | 'waitTimeoutMs'>,
  ) {
    this.managerOf = callerManager(dataSource, options.transactionManager);
  }

  /**
   * Adds an entry. With `{ manager }` it commits or rolls back together with the action. Without it, the transaction is
   * chosen as in `JobService`.
   */
  async record(
    { actor, action, jobId, details = {} }: AuditEntry,
    { manager }: { manager?: EntityManager | null } = {},
  ): Promise<void> {
    const { schema, waitTimeoutMs } = this.options;
    const executor = new ManagerExecutor(this.dataSource, this.managerOf(manager), waitTimeoutMs);
    const store = new AuditStore(inSchema(executor, schema));
    await store.record({ actor: actor.slice(0, MAX_ACTOR_LENGTH), action, jobId: jobId ?? null, details });
  }
}
