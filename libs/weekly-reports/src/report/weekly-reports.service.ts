import { JobService } from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, In, MoreThan, Repository } from 'typeorm';
import type { Page } from '../page.js';
import { reminderKey, weeklyReportReminder } from '../reminder/weekly-report-reminder.job.js';
import { UserEntity } from '../user/user.entity.js';
import { WeeklyReportEntity } from './weekly-report.entity.js';
import { UserNotFoundError, WeeklyReportExistsError } from './weekly-report.errors.js';

export type NewWeeklyReport = Pick<WeeklyReportEntity, 'userId' | 'week' | 'hours' | 'summary'>;

@Injectable()
export class WeeklyReportsService {
  constructor(
    @InjectRepository(WeeklyReportEntity) private readonly reports: Repository<WeeklyReportEntity>,
    private readonly jobs: JobService,
  ) {}

  /**
   * Hands a report in and, in the same transaction, cancels the week's reminder if it is still pending: both happen or
   * neither. `manager` makes it part of the caller's transaction. Throws `UserNotFoundError` (404) and
   * `WeeklyReportExistsError` (409).
   */
  async submit(report: NewWeeklyReport, options: { manager?: EntityManager } = {}): Promise<WeeklyReportEntity> {
    const { manager } = options;
    if (!manager) return this.reports.manager.transaction((own) => this.submit(report, { manager: own }));
    const saved = await this.insert(report, manager);
    await this.jobs.cancelByKey(weeklyReportReminder, reminderKey(report.userId, report.week), { manager });
    return saved;
  }

  isHandedIn(userId: string, week: string): Promise<boolean> {
    return this.reports.existsBy({ week, userId });
  }

  /** A week's reports by user id, the next `limit` after that of the user `after`. */
  list(week: string, { limit, after }: Page): Promise<WeeklyReportEntity[]> {
    const where = after ? { week, userId: MoreThan(after) } : { week };
    return this.reports.find({ where, order: { userId: 'ASC' }, take: limit });
  }

  /** Who handed in for which of these weeks, and how many hours; without the summaries. */
  listHours(weeks: readonly string[]): Promise<Pick<WeeklyReportEntity, 'userId' | 'week' | 'hours'>[]> {
    return this.reports.find({ select: { userId: true, week: true, hours: true }, where: { week: In(weeks) } });
  }

  private async insert(report: NewWeeklyReport, manager: EntityManager): Promise<WeeklyReportEntity> {
    const { userId, week } = report;
    if (!(await manager.existsBy(UserEntity, { id: userId }))) throw new UserNotFoundError(userId);
    const insert = manager.createQueryBuilder().insert().into(WeeklyReportEntity).values(report);
    // A plain insert that meets the unique key would break the caller's transaction.
    const { raw } = await insert.orIgnore().returning('id').execute();
    if (raw.length === 0) throw new WeeklyReportExistsError(userId, week);
    return manager.findOneByOrFail(WeeklyReportEntity, { week, userId });
  }
}
