import type { MigrationInterface } from 'typeorm';

/** None: a month's report is read from the weekly reports and kept in the storage. */
export const monthlyReportsEntities: (new () => object)[] = [];
export const monthlyReportsMigrations: (new () => MigrationInterface)[] = [];
