import { AuditLogsService, type AuditLogEntry } from '@monstera/audit-logs';
import { JobService } from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, In, IsNull, MoreThan, Repository } from 'typeorm';
import { ReportingCalendar } from '../calendar/reporting-calendar.js';
import type { Page } from '../page.js';
import { reminderKey, weeklyReportReminder } from '../reminder/weekly-report-reminder.job.js';
import { UserEntity } from '../user/user.entity.js';
import { UserNotFoundError } from '../user/user.errors.js';
import { WeeklyReportEntity } from './weekly-report.entity.js';
import { WeeklyReportChanges } from './weekly-report-changes.js';
import { WeeklyReportExistsError, WeeklyReportNotFoundError } from './weekly-report.errors.js';

export type NewWeeklyReport = Pick<WeeklyReportEntity, 'userId' | 'week' | 'hours' | 'summary'>;

export type WeeklyReportChange = Partial<Pick<WeeklyReportEntity, 'hours' | 'summary'>>;

type Edit = (report: WeeklyReportEntity, manager: EntityManager) => Promise<WeeklyReportEntity>;

export type ReportedHours = Pick<WeeklyReportEntity, 'userId' | 'week' | 'hours' | 'changedAt'>;

@Injectable()
export class WeeklyReportsService {
  constructor(
    @InjectRepository(WeeklyReportEntity) private readonly reports: Repository<WeeklyReportEntity>,
    private readonly jobs: JobService,
    private readonly calendar: ReportingCalendar,
    private readonly changes: WeeklyReportChanges,
    private readonly auditLogs: AuditLogsService,
  ) {}

  /**
   * Submits a report and cancels the week's reminder, if it is unfinished, in the same transaction. With `manager`, it is
   * part of the caller's transaction. Throws `UserNotFoundError` (404), `WeeklyReportExistsError` and `MonthClosedError`
   * (409), and `WeekTooFarAheadError` (400).
   */
  async submit(report: NewWeeklyReport, options: { manager?: EntityManager } = {}): Promise<WeeklyReportEntity> {
    const { manager } = options;
    if (!manager) return this.reports.manager.transaction((own) => this.submit(report, { manager: own }));
    await this.calendar.assertReportable(report.week, manager);
    const saved = await this.insert(report, manager);
    await this.jobs.cancelByKey(weeklyReportReminder, reminderKey(report.userId, report.week), { manager });
    await this.changes.announce(report.week, manager);
    return saved;
  }

  /** Changes hours, summary or both. Throws `WeeklyReportNotFoundError` (404) and `MonthClosedError` (409). */
  change(id: string, change: WeeklyReportChange, actor: string): Promise<WeeklyReportEntity> {
    return this.edit(id, { actor, action: 'weekly_report.changed' }, async (report, manager) => {
      await manager.update(WeeklyReportEntity, { id }, { ...change, changedAt: () => 'now()' });
      return manager.findOneByOrFail(WeeklyReportEntity, { id: report.id });
    });
  }

  /** Deletes a report, so its week is missing again. Throws `WeeklyReportNotFoundError` (404) and `MonthClosedError` (409). */
  async withdraw(id: string, actor: string): Promise<void> {
    await this.edit(id, { actor, action: 'weekly_report.withdrawn' }, async (report, manager) => {
      await manager.delete(WeeklyReportEntity, { id });
      return report;
    });
  }

  isHandedIn(userId: string, week: string): Promise<boolean> {
    return this.reports.existsBy({ week, userId });
  }

  /** Lists a week's reports by user id: the next `limit` after the user `after`. */
  list(week: string, { limit, after }: Page): Promise<WeeklyReportEntity[]> {
    const where = after ? { week, userId: MoreThan(after) } : { week };
    return this.reports.find({ where, order: { userId: 'ASC' }, take: limit });
  }

  /** Lists the reports of these weeks with their users and hours, without the summaries. */
  listHours(weeks: readonly string[], manager: EntityManager): Promise<ReportedHours[]> {
    const select = { userId: true, week: true, hours: true, changedAt: true } as const;
    return manager.find(WeeklyReportEntity, { select, where: { week: In(weeks) } });
  }

  /** The audit entry has the old hours but no summary, because it outlives the report. */
  private edit(id: string, entry: Pick<AuditLogEntry, 'actor' | 'action'>, step: Edit): Promise<WeeklyReportEntity> {
    return this.reports.manager.transaction(async (manager) => {
      const before = await manager.findOne(WeeklyReportEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!before) throw new WeeklyReportNotFoundError(id);
      const { userId, week, hours } = before;
      await this.calendar.assertReportable(week, manager);
      const after = await step(before, manager);
      await this.auditLogs.record({ ...entry, subject: id, details: { user_id: userId, week, hours } }, { manager });
      await this.changes.announce(week, manager);
      return after;
    });
  }

  private async insert(report: NewWeeklyReport, manager: EntityManager): Promise<WeeklyReportEntity> {
    const { userId, week } = report;
    if (!(await manager.existsBy(UserEntity, { id: userId, deletedAt: IsNull() }))) throw new UserNotFoundError(userId);
    const insert = manager.createQueryBuilder().insert().into(WeeklyReportEntity).values(report);
    // A violation of the unique key would abort the caller's transaction, so the insert ignores it.
    const { raw } = await insert.orIgnore().returning('id').execute();
    if (raw.length === 0) throw new WeeklyReportExistsError(userId, week);
    return manager.findOneByOrFail(WeeklyReportEntity, { week, userId });
  }
}
