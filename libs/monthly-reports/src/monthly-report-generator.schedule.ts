import { ScheduledJob, type ScheduledTick } from '@monstera/jobs';
import { Inject, Injectable } from '@nestjs/common';
import { MONTHLY_REPORTS_OPTIONS, type MonthlyReportsModuleOptions } from './monthly-reports.options.js';
import { MonthlyReportsService } from './monthly-reports.service.js';
import { previousMonthOf } from './report-month.js';

@Injectable()
export class MonthlyReportGeneratorSchedule {
  constructor(
    private readonly reports: MonthlyReportsService,
    @Inject(MONTHLY_REPORTS_OPTIONS) private readonly options: MonthlyReportsModuleOptions,
  ) {}

  /** On the 1st: enqueues the report of the month that has just ended, and another build for when its reports close. */
  @ScheduledJob('0 0 1 * *', { name: 'monthly_report_generator' })
  async enqueueReport({ plannedAt, manager }: ScheduledTick): Promise<void> {
    const { timeZone = 'Asia/Tokyo' } = this.options;
    const month = previousMonthOf(plannedAt, timeZone);
    await this.reports.request(month, { manager });
    await this.reports.requestFinal(month, { manager });
  }
}
