import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { callerManager, type CallerManager } from '../store/caller-manager.js';
import { ManagerExecutor } from '../store/executors.js';
import { recordAudit } from '../store/sql/record-audit.sql.js';

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
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(JOBS_OPTIONS) private readonly options: Pick<JobsOptions, 'transactionManager' | 'waitTimeoutMs'>,
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
    await new ManagerExecutor(this.dataSource, this.managerOf(manager), this.options.waitTimeoutMs).run(recordAudit, [
      actor.slice(0, MAX_ACTOR_LENGTH),
      action,
      jobId ?? null,
      JSON.stringify(details),
    ]);
  }
}
