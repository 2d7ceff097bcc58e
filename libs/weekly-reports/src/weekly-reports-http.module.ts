import { Module } from '@nestjs/common';
import { UsersController } from './user/users.controller.js';
import { WeeklyReportsController } from './report/weekly-reports.controller.js';
import { WeeklyReportsDataModule } from './weekly-reports-data.module.js';

/** The REST routes. A separate module, because worker processes have no routes. */
@Module({ imports: [WeeklyReportsDataModule], controllers: [UsersController, WeeklyReportsController] })
export class WeeklyReportsHttpModule {}
