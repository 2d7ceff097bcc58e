export { AuditLogsModule } from './audit-logs.module.js';
export { AuditLogsService } from './audit-logs.service.js';
export type { AuditLogEntry } from './audit-logs.service.js';
export { AuditLogEntity } from './audit-log.entity.js';
export { dataCleanup } from './data-cleanup.job.js';
export { auditLogsEntities, auditLogsMigrations } from './entities.js';
