import { Module } from '@nestjs/common';
import { MonthlyReportGeneratorProcessor } from './monthly-report-generator.processor.js';
import { MonthlyReportGeneratorSchedule } from './monthly-report-generator.schedule.js';
import { ConfigurableModuleClass } from './monthly-reports.module-definition.js';
import { MonthlyReportsDataModule } from './monthly-reports-data.module.js';

/** The generator and its schedule on the 1st. Needs `JobsModule` and `StorageModule` in the application. */
@Module({
  imports: [MonthlyReportsDataModule],
  providers: [MonthlyReportGeneratorProcessor, MonthlyReportGeneratorSchedule],
})
export class MonthlyReportsModule extends ConfigurableModuleClass {}
