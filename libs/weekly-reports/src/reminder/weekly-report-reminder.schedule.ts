import { JobService, ScheduledJob, type ScheduledTick } from '@monstera/jobs';
import { Inject, Injectable } from '@nestjs/common';
import { aWeekAfter, isoWeekOf, previousIsoWeekOf } from '../iso-week.js';
import { UsersService } from '../user/users.service.js';
import { WEEKLY_REPORTS_OPTIONS, type WeeklyReportsModuleOptions } from '../weekly-reports.options.js';
import { ReminderReservations } from './reminder-reservations.js';
import { reminderKey, weeklyReportReminder } from './weekly-report-reminder.job.js';

const DEFAULT_ZONE = 'Asia/Tokyo';

@Injectable()
export class WeeklyReportReminderSchedule {
  constructor(
    private readonly users: UsersService,
    private readonly jobs: JobService,
    private readonly reservations: ReminderReservations,
    @Inject(WEEKLY_REPORTS_OPTIONS) private readonly options: WeeklyReportsModuleOptions,
  ) {}

  /**
   * Enqueues one reminder per active user in the tick's transaction. Each is valid until the next Monday's reminder. Also
   * prunes the records of old reminders.
   */
  @ScheduledJob('0 9 * * MON', { name: 'weekly_report_reminder' })
  async enqueueReminders({ plannedAt, manager }: ScheduledTick): Promise<void> {
    const week = this.weekOf(plannedAt);
    const remindUntil = this.nextReminderAt(plannedAt);
    const userIds = await this.users.listActiveIds(manager);
    const reminders = userIds.map((userId) => ({
      payload: { user_id: userId, week, remind_until: remindUntil },
      uniqueKey: reminderKey(userId, week),
    }));
    await this.jobs.enqueueMany(weeklyReportReminder, reminders, { manager });
    await this.reservations.prune(this.options.remindersKeptWeeks ?? 26, manager);
  }

  private nextReminderAt(plannedAt: Date): string {
    const { timeZone = DEFAULT_ZONE } = this.options;
    return aWeekAfter(plannedAt, timeZone).toISOString();
  }

  private weekOf(plannedAt: Date): string {
    const { timeZone = DEFAULT_ZONE, week = 'current' } = this.options;
    return week === 'current' ? isoWeekOf(plannedAt, timeZone) : previousIsoWeekOf(plannedAt, timeZone);
  }
}
