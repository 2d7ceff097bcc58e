import { WeeklyReportsDataModule } from '@monstera/weekly-reports';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LateReports } from './late-reports.js';
import { MonthlyReportEntity } from './monthly-report.entity.js';
import { MonthlyReportsService } from './monthly-reports.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([MonthlyReportEntity]), WeeklyReportsDataModule],
  providers: [LateReports, MonthlyReportsService],
  exports: [MonthlyReportsService],
})
export class MonthlyReportsDataModule {}
