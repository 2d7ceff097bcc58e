import { AuditLogsModule } from '@monstera/audit-logs';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ReportingCalendar } from './calendar/reporting-calendar.js';
import { UserActivityEntity } from './user/user-activity.entity.js';
import { UserEntity } from './user/user.entity.js';
import { UserChangesService } from './user/user-changes.service.js';
import { UsersService } from './user/users.service.js';
import { WeeklyReportChanges } from './report/weekly-report-changes.js';
import { WeeklyReportEntity } from './report/weekly-report.entity.js';
import { WeeklyReportsService } from './report/weekly-reports.service.js';

/** Users and their reports, for every feature that reads them. */
@Module({
  imports: [AuditLogsModule, TypeOrmModule.forFeature([UserEntity, UserActivityEntity, WeeklyReportEntity])],
  providers: [ReportingCalendar, WeeklyReportChanges, UserChangesService, UsersService, WeeklyReportsService],
  exports: [ReportingCalendar, WeeklyReportChanges, UserChangesService, UsersService, WeeklyReportsService],
})
export class WeeklyReportsDataModule {}
