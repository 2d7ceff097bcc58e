import { monthOfIsoWeek, WeeklyReportChanges } from '@monstera/weekly-reports';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { MonthlyReportsService } from './monthly-reports.service.js';

/** Rebuilds a month's report if a weekly report is added, changed or withdrawn after the month's end. */
@Injectable()
export class LateReports implements OnModuleInit {
  constructor(
    private readonly changes: WeeklyReportChanges,
    private readonly reports: MonthlyReportsService,
  ) {}

  onModuleInit(): void {
    this.changes.listen((week, manager) => this.reports.requestRebuild(monthOfIsoWeek(week), { manager }));
  }
}
