import { JobAuditService, JobService, type CancelledJob, type EnqueuedJob } from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { EnqueueRequest } from './enqueue-request.js';

/** Enqueues, cancels and retries jobs for operators. Each action commits together with its entry in the audit. */
@Injectable()
export class AdminActions {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly jobs: JobService,
    private readonly audit: JobAuditService,
  ) {}

  enqueue(actor: string, { type, payload = {}, ...options }: EnqueueRequest): Promise<EnqueuedJob> {
    return this.dataSource.transaction(async (manager) => {
      const job = await this.jobs.enqueueByType(type, payload, { ...options, manager });
      const details = { type, duplicate: job.duplicate, ...options };
      await this.audit.record({ actor, action: 'job.enqueue', jobId: job.id, details }, { manager });
      return job;
    });
  }

  cancel(actor: string, id: string): Promise<CancelledJob> {
    return this.recorded(actor, 'job.cancel', id, (manager) => this.jobs.cancel(id, { manager }));
  }

  retry(actor: string, id: string): Promise<{ id: string; status: 'pending' }> {
    return this.recorded(actor, 'job.retry', id, (manager) => this.jobs.retry(id, { manager }));
  }

  private recorded<T extends { status: string }>(
    actor: string,
    action: string,
    jobId: string,
    act: (manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      const done = await act(manager);
      await this.audit.record({ actor, action, jobId, details: { status: done.status } }, { manager });
      return done;
    });
  }
}
