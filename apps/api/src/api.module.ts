import { AdminAccessGuard, JobsDashboardModule, ProblemFilter } from '@monstera/jobs-dashboard';
import type { Environment, MonsteraModuleOptions } from '@monstera/monstera';
import { MonsteraModule, VERSION } from '@monstera/monstera';
import { MonthlyReportsHttpModule } from '@monstera/monthly-reports';
import { WeeklyReportsHttpModule } from '@monstera/weekly-reports';
import type { DynamicModule, Provider } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { homeOf } from './home-page.js';
import { HOME, HomeController } from './home.controller.js';
import { UnreadableRequests } from './unreadable-requests.js';

export interface ApiModuleOptions extends MonsteraModuleOptions {
  /** Token for reading and changing. Default: none; nobody may change anything then. */
  adminToken?: string;
  /** Whether requests from this machine may read without a token. */
  localReads: boolean;
}

/** All routes share one guard and one format of errors, including routes that are added later. */
const everywhere: Provider[] = [
  { provide: APP_GUARD, useExisting: AdminAccessGuard },
  { provide: APP_FILTER, useClass: ProblemFilter },
];

/** Monstera with its REST routes, the admin API and the dashboard. */
@Module({ controllers: [HomeController], providers: [...everywhere, UnreadableRequests] })
export class ApiModule {
  static forRoot(environment: Environment, options: ApiModuleOptions): DynamicModule {
    const { production, http, jobs } = environment;
    const { adminToken, localReads, ...monstera } = options;
    const dashboard = !production || Boolean(adminToken ?? jobs.viewerToken);
    return {
      module: ApiModule,
      providers: [
        { provide: HOME, useValue: homeOf(VERSION, { timeZone: jobs.timeZone, docs: http.docs, dashboard }) },
      ],
      imports: [
        MonsteraModule.forRoot(environment, monstera),
        JobsDashboardModule.forRoot({ production, adminToken, viewerToken: jobs.viewerToken, localReads }),
        WeeklyReportsHttpModule,
        MonthlyReportsHttpModule,
      ],
    };
  }
}
