import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { UserEntity } from './user/user.entity.js';
import { UsersService } from './user/users.service.js';
import { WeeklyReportEntity } from './report/weekly-report.entity.js';
import { WeeklyReportsService } from './report/weekly-reports.service.js';

/** Users and their reports, for every feature that reads them. */
@Module({
  imports: [TypeOrmModule.forFeature([UserEntity, WeeklyReportEntity])],
  providers: [UsersService, WeeklyReportsService],
  exports: [UsersService, WeeklyReportsService],
})
export class WeeklyReportsDataModule {}
