import { ProcessesJob, type Job, type JobContext, type JobProcessor } from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import { monthlyReportGenerator } from './monthly-report-generator.job.js';
import { MonthlyReportsService, type StoredMonthlyReport } from './monthly-reports.service.js';

@Injectable()
@ProcessesJob(monthlyReportGenerator)
export class MonthlyReportGeneratorProcessor implements JobProcessor<typeof monthlyReportGenerator> {
  constructor(private readonly reports: MonthlyReportsService) {}

  process({ payload }: Job<typeof monthlyReportGenerator>, context: JobContext): Promise<StoredMonthlyReport> {
    return this.reports.generate(payload.month, context);
  }
}
