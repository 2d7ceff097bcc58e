import { JobsDashboardModule } from '@monstera/jobs-dashboard';
import type { Environment, MonsteraModuleOptions } from '@monstera/monstera';
import { MonsteraModule } from '@monstera/monstera';
import { MonthlyReportsHttpModule } from '@monstera/monthly-reports';
import { WeeklyReportsHttpModule } from '@monstera/weekly-reports';
import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { BodyErrors } from './body-errors.js';
import { DashboardController } from './dashboard.controller.js';

/** Monstera with its REST routes, the admin API and the dashboard. */
@Module({ controllers: [DashboardController], providers: [BodyErrors] })
export class ApiModule {
  static forRoot(environment: Environment, options: MonsteraModuleOptions): DynamicModule {
    const { production, jobs } = environment;
    return {
      module: ApiModule,
      imports: [
        MonsteraModule.forRoot(environment, options),
        JobsDashboardModule.forRoot({ production, adminToken: jobs.adminToken }),
        WeeklyReportsHttpModule,
        MonthlyReportsHttpModule,
      ],
    };
  }
}
