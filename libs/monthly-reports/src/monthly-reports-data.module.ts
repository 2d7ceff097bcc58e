import { WeeklyReportsDataModule } from '@monstera/weekly-reports';
import { Module } from '@nestjs/common';
import { MonthlyReportsService } from './monthly-reports.service.js';

@Module({ imports: [WeeklyReportsDataModule], providers: [MonthlyReportsService], exports: [MonthlyReportsService] })
export class MonthlyReportsDataModule {}
