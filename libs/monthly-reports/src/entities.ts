import { CreateMonthlyReports1790000000221 } from './migrations/1790000000221-create-monthly-reports.js';
import { MonthlyReportEntity } from './monthly-report.entity.js';

export const monthlyReportsEntities = [MonthlyReportEntity];
export const monthlyReportsMigrations = [CreateMonthlyReports1790000000221];
