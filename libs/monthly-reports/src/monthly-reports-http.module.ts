import { Module } from '@nestjs/common';
import { MonthlyReportsController } from './monthly-reports.controller.js';
import { MonthlyReportsDataModule } from './monthly-reports-data.module.js';

/** The REST routes. A separate module, because worker processes have no routes. */
@Module({ imports: [MonthlyReportsDataModule], controllers: [MonthlyReportsController] })
export class MonthlyReportsHttpModule {}
