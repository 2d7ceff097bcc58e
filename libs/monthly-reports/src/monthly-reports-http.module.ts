import { Module } from '@nestjs/common';
import { MonthlyReportsController } from './monthly-reports.controller.js';
import { MonthlyReportsDataModule } from './monthly-reports-data.module.js';

/** The REST routes, apart from the feature: a worker process has none. */
@Module({ imports: [MonthlyReportsDataModule], controllers: [MonthlyReportsController] })
export class MonthlyReportsHttpModule {}
