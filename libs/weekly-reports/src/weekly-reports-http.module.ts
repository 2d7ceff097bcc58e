import { Module } from '@nestjs/common';
import { UsersController } from './user/users.controller.js';
import { WeeklyReportsController } from './report/weekly-reports.controller.js';
import { WeeklyReportsDataModule } from './weekly-reports-data.module.js';

/** The REST routes, apart from the feature: a worker process has none. */
@Module({ imports: [WeeklyReportsDataModule], controllers: [UsersController, WeeklyReportsController] })
export class WeeklyReportsHttpModule {}
