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
  /** The role of this process: all, worker or producer. */
  role: JobsRole;
  /** URL of the database: `DATABASE_URL`, or that of the embedded server. */
  databaseUrl: string;
}

/** Everything that Monstera's processes share. Only the API adds REST routes. */
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
      // The boot has tested the connection before, so further attempts would only delay an error.
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

/** One connection per slot, because each job can be in a transaction, and some for requests. */
function poolSize(concurrency: number): number {
  return concurrency + 5;
}
