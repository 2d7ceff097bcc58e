import { connectionOptions } from '@monstera/database';
import { jobsEntities, JobsModule, type JobsRole } from '@monstera/jobs';
import { JobsDashboardModule } from '@monstera/jobs-dashboard';
import { Module, type DynamicModule } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DEFINITIONS } from './jobs.js';
import { OperatorService } from './operator.service.js';
import { PROCESSORS } from './processors.js';
import { TrafficService } from './traffic.service.js';

/** Jobs that take longer are handed back, so that Ctrl-C ends the demo soon. */
const SHUTDOWN_MS = 1_000;

export interface DemoOptions {
  databaseUrl: string;
  /** Of the application; a worker process has the role `worker` and no dashboard. */
  role: Extract<JobsRole, 'all' | 'worker'>;
  adminToken?: string;
}

/** An application under load that shows what the dashboard can show. */
@Module({})
export class DemoModule {
  static forRoot({ databaseUrl, role, adminToken }: DemoOptions): DynamicModule {
    const isApplication = role === 'all';
    return {
      module: DemoModule,
      imports: [
        TypeOrmModule.forRoot({
          ...connectionOptions({ url: databaseUrl, applicationName: `demo-${role}` }),
          entities: jobsEntities,
          retryAttempts: 1,
        }),
        ...(isApplication
          ? [ScheduleModule.forRoot(), JobsDashboardModule.forRoot({ production: false, adminToken })]
          : []),
        JobsModule.forRoot({ role, definitions: DEFINITIONS, concurrency: 6, shutdownTimeoutMs: SHUTDOWN_MS }),
      ],
      providers: [...PROCESSORS, ...(isApplication ? [TrafficService, OperatorService] : [])],
    };
  }
}
