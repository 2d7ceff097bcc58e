import { Module } from '@nestjs/common';
import { ReminderReservations } from './reminder/reminder-reservations.js';
import { WeeklyReportReminderProcessor } from './reminder/weekly-report-reminder.processor.js';
import { WeeklyReportReminderSchedule } from './reminder/weekly-report-reminder.schedule.js';
import { WeeklyReportsDataModule } from './weekly-reports-data.module.js';
import { ConfigurableModuleClass } from './weekly-reports.module-definition.js';

/** The reminders: their processor and Monday's schedule. Needs `JobsModule` and `MailModule` in the application. */
@Module({
  imports: [WeeklyReportsDataModule],
  providers: [ReminderReservations, WeeklyReportReminderProcessor, WeeklyReportReminderSchedule],
  exports: [WeeklyReportsDataModule],
})
export class WeeklyReportsModule extends ConfigurableModuleClass {}
