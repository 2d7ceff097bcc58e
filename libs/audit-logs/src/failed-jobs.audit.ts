import { OnJobEvent, type JobEvent } from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import { AuditLogsService } from './audit-logs.service.js';

/** Keeps a record of every job that is finally lost, which outlives the job's own row. */
@Injectable()
export class FailedJobsAudit {
  constructor(private readonly auditLogs: AuditLogsService) {}

  /** Without the payload: it may hold what an audit log must not. */
  @OnJobEvent('failed')
  async record({ id, type, queue, attempt, maxAttempts, error }: JobEvent): Promise<void> {
    const details = { type, queue, attempt, maxAttempts, error };
    await this.auditLogs.record({ actor: 'jobs', action: 'job.failed', subject: id, details });
  }
}
