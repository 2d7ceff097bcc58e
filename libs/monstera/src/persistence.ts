import { auditLogsEntities, auditLogsMigrations } from '@monstera/audit-logs';
import { jobsEntities, jobsMigrations } from '@monstera/jobs';
import { monthlyReportsEntities, monthlyReportsMigrations } from '@monstera/monthly-reports';
import { weeklyReportsEntities, weeklyReportsMigrations } from '@monstera/weekly-reports';

/** Named one by one instead of found by a pattern, so that a bundler and a reader see the same list. */
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
