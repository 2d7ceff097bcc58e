import { JobService, ScheduledJob, type ScheduledTick } from '@monstera/jobs';
import { Inject, Injectable } from '@nestjs/common';
import { isoWeekOf, previousIsoWeekOf } from '../iso-week.js';
import { UsersService } from '../user/users.service.js';
import { WEEKLY_REPORTS_OPTIONS, type WeeklyReportsModuleOptions } from '../weekly-reports.options.js';
import { reminderKey, weeklyReportReminder } from './weekly-report-reminder.job.js';

@Injectable()
export class WeeklyReportReminderSchedule {
  constructor(
    private readonly users: UsersService,
    private readonly jobs: JobService,
    @Inject(WEEKLY_REPORTS_OPTIONS) private readonly options: WeeklyReportsModuleOptions,
  ) {}

  /** One reminder per active user, in the tick's own transaction. */
  @ScheduledJob('0 9 * * MON', { name: 'weekly_report_reminder' })
  async enqueueReminders({ plannedAt, manager }: ScheduledTick): Promise<void> {
    const week = this.weekOf(plannedAt);
    const userIds = await this.users.listActiveIds(manager);
    const reminders = userIds.map((userId) => ({
      payload: { user_id: userId, week },
      uniqueKey: reminderKey(userId, week),
    }));
    await this.jobs.enqueueMany(weeklyReportReminder, reminders, { manager });
  }

  private weekOf(plannedAt: Date): string {
    const { timeZone = 'Asia/Tokyo', week = 'current' } = this.options;
    return week === 'current' ? isoWeekOf(plannedAt, timeZone) : previousIsoWeekOf(plannedAt, timeZone);
  }
}
