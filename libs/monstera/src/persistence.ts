import { auditLogsEntities, auditLogsMigrations } from '@monstera/audit-logs';
import { jobsEntities, jobsMigrations } from '@monstera/jobs';
import { monthlyReportsEntities, monthlyReportsMigrations } from '@monstera/monthly-reports';
import { weeklyReportsEntities, weeklyReportsMigrations } from '@monstera/weekly-reports';

/** Listed instead of found by a pattern, so that bundlers and readers see them. */
export const monsteraEntities = [
  ...jobsEntities,
  ...weeklyReportsEntities,
  ...monthlyReportsEntities,
  ...auditLogsEntities,
];

export const monsteraMigrations = [
  ...jobsMigrations,
  ...weeklyReportsMigrations,
  ...monthlyReportsMigrations,
  ...auditLogsMigrations,
];
