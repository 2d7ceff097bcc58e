import { AuditLogsModule } from '@monstera/audit-logs';
import { connectionOptions } from '@monstera/database';
import type { JobsRole } from '@monstera/jobs';
import { JobsModule } from '@monstera/jobs';
import { MailModule } from '@monstera/mail';
import { MonthlyReportsModule } from '@monstera/monthly-reports';
import { StorageModule } from '@monstera/storage';
import { WeeklyReportsModule } from '@monstera/weekly-reports';
import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';
import { join } from 'node:path';
import type { Environment } from './environment/environment.js';
import { monsteraEntities, monsteraMigrations } from './persistence.js';
import { VERSION } from './version.js';

export interface MonsteraModuleOptions {
  /** What this process does with jobs. */
  role: JobsRole;
  /** The database to use: `DATABASE_URL`, or the embedded server's. */
  databaseUrl: string;
}

/** Everything that Monstera's processes have in common; the REST routes are the API's own. */
@Module({})
export class MonsteraModule {
  static forRoot(environment: Environment, options: MonsteraModuleOptions): DynamicModule {
    return {
      module: MonsteraModule,
      imports: [...infrastructure(environment, options), ...features(environment)],
    };
  }
}

function infrastructure(environment: Environment, { role, databaseUrl }: MonsteraModuleOptions) {
  const { concurrency, queues, shards, timeZone } = environment.jobs;
  const { pooled, directUrl } = environment.database;
  return [
    TypeOrmModule.forRoot({
      ...connectionOptions({ url: databaseUrl, applicationName: `monstera-${role}`, poolSize: poolSize(concurrency) }),
      entities: monsteraEntities,
      migrations: monsteraMigrations,
      // The connection has been tried before the modules are made; trying again for half a minute would only hide errors.
      retryAttempts: 1,
    }),
    ScheduleModule.forRoot(),
    JobsModule.forRoot({
      role,
      concurrency,
      queues,
      shards,
      pooled,
      directUrl,
      schedule: { timeZone },
      version: VERSION,
    }),
  ];
}

function features({ dataDir, mail, storage, jobs }: Environment) {
  return [
    MailModule.forRoot({ ...mail, outboxDir: join(dataDir, 'outbox') }),
    StorageModule.forRoot({ ...storage, dir: join(dataDir, 'storage') }),
    WeeklyReportsModule.forRoot({ timeZone: jobs.timeZone }),
    MonthlyReportsModule.forRoot({ timeZone: jobs.timeZone }),
    AuditLogsModule,
  ];
}

/** A connection for each job that is in a transaction, and some for requests: fewer, and jobs wait for each other. */
function poolSize(concurrency: number): number {
  return concurrency + 5;
}
