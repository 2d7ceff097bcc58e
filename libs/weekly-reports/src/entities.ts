import { CreateWeeklyReports1790000000100 } from './migrations/1790000000100-create-weekly-reports.js';
import { WeeklyReportReminderEntity } from './reminder/weekly-report-reminder.entity.js';
import { WeeklyReportEntity } from './report/weekly-report.entity.js';
import { UserEntity } from './user/user.entity.js';

export const weeklyReportsEntities = [UserEntity, WeeklyReportEntity, WeeklyReportReminderEntity];
export const weeklyReportsMigrations = [CreateWeeklyReports1790000000100];
