import { AuditLogEntity } from './audit-log.entity.js';
import { CreateAuditLogs1790000000102 } from './migrations/1790000000102-create-audit-logs.js';

export const auditLogsEntities = [AuditLogEntity];
export const auditLogsMigrations = [CreateAuditLogs1790000000102];
