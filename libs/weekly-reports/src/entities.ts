import { CreateWeeklyReports1790000000100 } from './migrations/1790000000100-create-weekly-reports.js';
import { AddDoubtfulReminders1790000000200 } from './migrations/1790000000200-add-doubtful-reminders.js';
import { CreateUserActivity1790000000220 } from './migrations/1790000000220-create-user-activity.js';
import { MakeUsersDeletable1790000000222 } from './migrations/1790000000222-make-users-deletable.js';
import { WeeklyReportReminderEntity } from './reminder/weekly-report-reminder.entity.js';
import { WeeklyReportEntity } from './report/weekly-report.entity.js';
import { UserActivityEntity } from './user/user-activity.entity.js';
import { UserEntity } from './user/user.entity.js';

export const weeklyReportsEntities = [UserEntity, UserActivityEntity, WeeklyReportEntity, WeeklyReportReminderEntity];
export const weeklyReportsMigrations = [
  CreateWeeklyReports1790000000100,
  AddDoubtfulReminders1790000000200,
  CreateUserActivity1790000000220,
  MakeUsersDeletable1790000000222,
];
