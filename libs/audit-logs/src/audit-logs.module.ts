import { Module } from '@nestjs/common';
import { AuditLogsService } from './audit-logs.service.js';
import { DataCleanupProcessor } from './data-cleanup.processor.js';
import { DataCleanupSchedule } from './data-cleanup.schedule.js';
import { FailedJobsAudit } from './failed-jobs.audit.js';

/** Audit logs and their nightly clean-up. Needs `JobsModule` in the application. */
@Module({
  providers: [AuditLogsService, DataCleanupProcessor, DataCleanupSchedule, FailedJobsAudit],
  exports: [AuditLogsService],
})
export class AuditLogsModule {}
