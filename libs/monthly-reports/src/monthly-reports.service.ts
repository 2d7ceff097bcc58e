import { JobService, type EnqueuedJob, type EnqueueOptions, type JobContext } from '@monstera/jobs';
import { StorageService } from '@monstera/storage';
import { UsersService, WeeklyReportsService } from '@monstera/weekly-reports';
import { Injectable } from '@nestjs/common';
import { monthlyReportGenerator } from './monthly-report-generator.job.js';
import { buildMonthlyReport, type MonthlyReport } from './monthly-report.js';
import { writeWorkbook, XLSX_CONTENT_TYPE } from './monthly-report.workbook.js';
import { isoWeeksOfMonth } from './report-month.js';

/** The job's result. */
export interface StoredMonthlyReport {
  key: string;
  engineers: number;
  totals: MonthlyReport['totals'];
}

/** Decided by the month alone: a second run of the job replaces the first one's report. */
const storageKey = (month: string): string => `monthly-reports/${month}.xlsx`;

@Injectable()
export class MonthlyReportsService {
  constructor(
    private readonly users: UsersService,
    private readonly weeklyReports: WeeklyReportsService,
    private readonly storage: StorageService,
    private readonly jobs: JobService,
  ) {}

  /** Enqueues the month's report; while one is waiting or being built, that one is answered with. */
  request(month: string, options: Pick<EnqueueOptions, 'manager'> = {}): Promise<EnqueuedJob> {
    return this.jobs.enqueue(monthlyReportGenerator, { month }, { ...options, uniqueKey: month });
  }

  /** The month's workbook, or null if it has not been built. */
  download(month: string): Promise<Buffer | null> {
    return this.storage.get(storageKey(month));
  }

  /** Builds the month's report and stores it in place of an older one. Stops at the next step when the signal fires. */
  async generate(month: string, context: Pick<JobContext, 'signal' | 'progress'>): Promise<StoredMonthlyReport> {
    const report = await this.collect(month);
    context.signal.throwIfAborted();
    context.progress(30);
    const workbook = await writeWorkbook(report);
    context.signal.throwIfAborted();
    context.progress(70);
    const key = storageKey(month);
    await this.storage.put(key, workbook, XLSX_CONTENT_TYPE, { signal: context.signal });
    return { key, engineers: report.engineers.length, totals: report.totals };
  }

  private async collect(month: string): Promise<MonthlyReport> {
    const reports = await this.weeklyReports.listHours(isoWeeksOfMonth(month));
    return buildMonthlyReport(month, await this.users.listAll(), reports);
  }
}
