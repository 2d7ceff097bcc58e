export { MonthlyReportsModule } from './monthly-reports.module.js';
export { MonthlyReportsHttpModule } from './monthly-reports-http.module.js';
export type { MonthlyReportsModuleOptions } from './monthly-reports.options.js';
export { MonthlyReportsService } from './monthly-reports.service.js';
export type { StoredMonthlyReport } from './monthly-reports.service.js';
export { monthlyReportGenerator } from './monthly-report-generator.job.js';
export { isoWeeksOfMonth } from './report-month.js';
export { monthlyReportsEntities, monthlyReportsMigrations } from './entities.js';
