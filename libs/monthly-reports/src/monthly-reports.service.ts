import {
  DependencyHealth,
  isDatabaseDown,
  JobService,
  PermanentJobError,
  SnoozeJobError,
  type EnqueuedJob,
  type EnqueueOptions,
  type JobContext,
} from '@monstera/jobs';
import { StorageDownloads, StorageService } from '@monstera/storage';
import { ReportingCalendar, UsersService, WeeklyReportsService } from '@monstera/weekly-reports';
import { Injectable, type StreamableFile } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { EntityManager, Repository } from 'typeorm';
import { monthlyReportGenerator } from './monthly-report-generator.job.js';
import { MonthlyReportEntity } from './monthly-report.entity.js';
import { buildMonthlyReport, type MonthlyReport } from './monthly-report.js';
import { writeWorkbook, XLSX_CONTENT_TYPE, type ReportSource } from './monthly-report.workbook.js';
import { isoWeeksOfMonth } from './report-month.js';

/** The result of the job. */
export interface StoredMonthlyReport {
  key: string;
  engineers: number;
  totals: MonthlyReport['totals'];
  /** `unchanged`: the stored workbook already shows the same data and was kept. */
  outcome: 'stored' | 'unchanged';
}

interface WithManager {
  manager: EntityManager;
}

const LONGEST_OPEN_MS = 5 * 365 * 86_400_000;

const REBUILD_DELAY_MS = 5_000;

/** The scheduler's clock may be ahead of the database's clock by this much. */
const CLOCKS_APART_MS = 3_600_000;

/** Depends only on the month, so that a second run of the job replaces the report of the first. */
const storageKey = (month: string): string => `monthly-reports/${month}.xlsx`;

const fingerprintOf = (report: MonthlyReport): string =>
  createHash('sha256').update(JSON.stringify(report)).digest('hex');

@Injectable()
export class MonthlyReportsService {
  constructor(
    @InjectRepository(MonthlyReportEntity) private readonly stored: Repository<MonthlyReportEntity>,
    private readonly calendar: ReportingCalendar,
    private readonly users: UsersService,
    private readonly weeklyReports: WeeklyReportsService,
    private readonly storage: StorageService,
    private readonly downloads: StorageDownloads,
    private readonly jobs: JobService,
    private readonly health: DependencyHealth,
  ) {}

  /** Enqueues the month's report. If an unfinished job already builds it, returns that job. */
  request(month: string, options: Pick<EnqueueOptions, 'manager'> = {}): Promise<EnqueuedJob> {
    return this.jobs.enqueue(monthlyReportGenerator, { month }, { ...options, uniqueKey: month });
  }

  /** Enqueues a build for when the month's reports close, which sees every change. None if that is years away. */
  async requestFinal(month: string, { manager }: WithManager): Promise<void> {
    const scheduledAt = this.calendar.closesAt(month);
    if (scheduledAt.getTime() - Date.now() > LONGEST_OPEN_MS) return;
    await this.jobs.enqueue(monthlyReportGenerator, { month }, { manager, scheduledAt, uniqueKey: `${month}:final` });
  }

  /** Enqueues a build after a late change. Changes within a few seconds share one build, which starts after them. */
  async requestRebuild(month: string, { manager }: WithManager): Promise<void> {
    if (!(await this.isOver(month, manager))) return;
    const slice = Math.floor(Date.now() / REBUILD_DELAY_MS);
    const options = { manager, delayMs: REBUILD_DELAY_MS, uniqueKey: `${month}:late:${slice}` };
    await this.jobs.enqueue(monthlyReportGenerator, { month }, options);
  }

  async isOver(month: string, manager?: EntityManager): Promise<boolean> {
    return (await this.calendar.msUntilOver(month, manager)) === 0;
  }

  /** Returns the month's workbook for a response, or null if it has not been built. Throws `StorageError`. */
  download(month: string, response: ServerResponse): Promise<StreamableFile | null> {
    const disposition = `attachment; filename="monthly-report-${month}.xlsx"`;
    return this.downloads.open(storageKey(month), response, { type: XLSX_CONTENT_TYPE, disposition });
  }

  /**
   * Builds the month's report and replaces the stored one, unless it shows the same data. Stops at the next step when the
   * signal aborts. Throws `PermanentJobError` for a month that is not over.
   */
  async generate(month: string, context: Pick<JobContext, 'signal' | 'progress'>): Promise<StoredMonthlyReport> {
    await this.inDatabase(() => this.assertOver(month));
    const { report, source } = await this.inDatabase(() => this.collect(month));
    context.signal.throwIfAborted();
    context.progress(30);
    const result = { key: storageKey(month), engineers: report.engineers.length, totals: report.totals };
    const fingerprint = fingerprintOf(report);
    if (await this.isStored(month, fingerprint, context.signal)) return { ...result, outcome: 'unchanged' };
    const workbook = await writeWorkbook(report, source);
    context.signal.throwIfAborted();
    context.progress(70);
    await this.storage.put(result.key, workbook, XLSX_CONTENT_TYPE, { signal: context.signal });
    const { madeAt } = source;
    await this.inDatabase(() => this.stored.upsert({ month, fingerprint, madeAt }, ['month']));
    return { ...result, outcome: 'stored' };
  }

  private async assertOver(month: string): Promise<void> {
    const waitMs = await this.calendar.msUntilOver(month);
    if (waitMs > CLOCKS_APART_MS) throw new PermanentJobError(`MONTH_NOT_OVER: ${month} is not over. Try on the 1st.`);
    if (waitMs > 0) throw new SnoozeJobError(waitMs);
  }

  private async isStored(month: string, fingerprint: string, signal: AbortSignal): Promise<boolean> {
    if (!(await this.inDatabase(() => this.stored.existsBy({ month, fingerprint })))) return false;
    return (await this.storage.get(storageKey(month), { signal })) !== null;
  }

  /** While the database is down, the job waits and uses no attempt. Slow calls of the storage are not part of a step. */
  private inDatabase<T>(step: () => Promise<T>): Promise<T> {
    return this.health.call('database', step, isDatabaseDown);
  }

  /** Reads everything from one snapshot, because figures from different times would not add up. */
  private collect(month: string): Promise<{ report: MonthlyReport; source: ReportSource }> {
    return this.stored.manager.transaction('REPEATABLE READ', async (manager) => {
      const [{ now: madeAt }] = await manager.query<[{ now: Date }]>('select now() as now');
      const weeks = isoWeeksOfMonth(month).map((week) => ({ week, end: this.calendar.endOfWeek(week) }));
      const reports = await this.weeklyReports.listHours(isoWeeksOfMonth(month), manager);
      const report = buildMonthlyReport(month, weeks, await this.users.listWithActivity(manager), reports);
      const changes = reports.map(({ changedAt }) => changedAt.getTime());
      const latestChange = changes.length === 0 ? null : new Date(changes.reduce((a, b) => Math.max(a, b)));
      const closesAt = this.calendar.closesAt(month);
      const { timeZone } = this.calendar;
      return { report, source: { madeAt, reportCount: reports.length, latestChange, closesAt, timeZone } };
    });
  }
}
