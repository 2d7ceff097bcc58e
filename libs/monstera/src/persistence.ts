import { jobsEntities, jobsMigrations } from '@monstera/jobs';
import { weeklyReportsEntities, weeklyReportsMigrations } from '@monstera/weekly-reports';

/** Named one by one instead of found by a pattern, so that a bundler and a reader see the same list. */
export const monsteraEntities = [...jobsEntities, ...weeklyReportsEntities];
export const monsteraMigrations = [...jobsMigrations, ...weeklyReportsMigrations];
