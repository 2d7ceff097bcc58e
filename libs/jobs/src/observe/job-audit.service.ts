import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { JOBS_DATA_SOURCE, JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { callerManager, type CallerManager } from '../store/connection/caller-manager.js';
import { ManagerExecutor } from '../store/connection/executors.js';
import { inSchema } from '../store/in-schema.js';
import { recordAudit } from '../store/sql/control/record-audit.sql.js';

export interface AuditEntry {
  /** Who did it; cut to 200 characters. */
  actor: string;
  /** What was done, such as `job.cancel`; at most 50 characters. */
  action: string;
  jobId?: string;
  /** Facts about the action as plain JSON. No payloads: they may hold personal data. */
  details?: Record<string, unknown>;
}

const MAX_ACTOR_LENGTH = 200;

/** Keeps the record of who did what to jobs by hand, in `job_audit`. */
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
   * Adds an entry. With `{ manager }` it commits or rolls back together with the action that it is about. Whose
   * transaction it joins is decided as for the calls of `JobService`.
   */
  async record(
    { actor, action, jobId, details = {} }: AuditEntry,
    { manager }: { manager?: EntityManager | null } = {},
  ): Promise<void> {
    const { schema, waitTimeoutMs } = this.options;
    const executor = new ManagerExecutor(this.dataSource, this.managerOf(manager), waitTimeoutMs);
    await inSchema(executor, schema).run(recordAudit, [
      actor.slice(0, MAX_ACTOR_LENGTH),
      action,
      jobId ?? null,
      JSON.stringify(details),
    ]);
  }
}
