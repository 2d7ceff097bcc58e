import { monthOfIsoWeek, WeeklyReportChanges } from '@monstera/weekly-reports';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { MonthlyReportsService } from './monthly-reports.service.js';

/** Has a month's report built again when a weekly report comes in, changes or goes after the month's end. */
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
