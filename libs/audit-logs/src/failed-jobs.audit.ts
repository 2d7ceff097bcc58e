import { OnJobEvent, type JobEvent } from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import { AuditLogsService } from './audit-logs.service.js';

/** Records every job that has failed for good. The record outlives the job's row. */
@Injectable()
export class FailedJobsAudit {
  constructor(private readonly auditLogs: AuditLogsService) {}

  /** Without the payload, which may contain data that does not belong in an audit log. */
  @OnJobEvent('failed')
  async record({ id, type, queue, attempt, maxAttempts, error }: JobEvent): Promise<void> {
    const details = { type, queue, attempt, maxAttempts, error };
    await this.auditLogs.record({ actor: 'jobs', action: 'job.failed', subject: id, details });
  }
}
