import { auditLogsEntities, AuditLogsModule } from '@monstera/audit-logs';
import { connectionOptions } from '@monstera/database';
import { jobsEntities, JobsModule, type JobsModuleOptions } from '@monstera/jobs';
import { MailModule } from '@monstera/mail';
import { monthlyReportsEntities, MonthlyReportsHttpModule, MonthlyReportsModule } from '@monstera/monthly-reports';
import { StorageModule, type StorageModuleOptions } from '@monstera/storage';
import {
  weeklyReportsEntities,
  WeeklyReportsHttpModule,
  WeeklyReportsModule,
  type WeeklyReportsModuleOptions,
} from '@monstera/weekly-reports';
import { Logger, type INestApplication } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { applicationUrl, poolingOptions } from '../support/pooler.js';

export interface FeaturesOptions {
  databaseUrl: string;
  smtpUrl?: string;
  storage?: Partial<StorageModuleOptions>;
  jobs?: JobsModuleOptions;
  weeklyReports?: WeeklyReportsModuleOptions;
}

export interface FeaturesHost {
  app: INestApplication;
  get: INestApplication['get'];
  close: () => Promise<void>;
}

/** Days: tests report on weeks that are long past. */
const NEVER_CLOSED = 36_500;

/** Every feature in one Nest application, schedules off. By default it runs no jobs: a test calls what it tests. */
export async function startFeatures(options: FeaturesOptions): Promise<FeaturesHost> {
  const dataDir = await mkdtemp(join(tmpdir(), 'monstera-features-'));
  const module = await Test.createTestingModule({ imports: modules(options, dataDir) }).compile();
  Logger.overrideLogger(false);
  const app = await module.createNestApplication().init();
  const close = async () => {
    await app.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { app, get: app.get.bind(app), close };
}

function modules({ databaseUrl, smtpUrl, storage, jobs, weeklyReports = {} }: FeaturesOptions, dataDir: string) {
  const entities = [...jobsEntities, ...weeklyReportsEntities, ...monthlyReportsEntities, ...auditLogsEntities];
  return [
    TypeOrmModule.forRoot({ ...connectionOptions({ url: applicationUrl(databaseUrl) }), entities }),
    ScheduleModule.forRoot(),
    JobsModule.forRoot({
      role: 'producer',
      metricsRegistry: new Registry(),
      schedule: { enabled: false },
      ...poolingOptions(databaseUrl),
      ...jobs,
    }),
    MailModule.forRoot({ smtpUrl, from: 'monstera@example.com', outboxDir: join(dataDir, 'outbox') }),
    StorageModule.forRoot({ dir: join(dataDir, 'storage'), ...storage }),
    WeeklyReportsModule.forRoot({ closesAfterDays: NEVER_CLOSED, ...weeklyReports }),
    WeeklyReportsHttpModule,
    MonthlyReportsModule.forRoot({}),
    MonthlyReportsHttpModule,
    AuditLogsModule,
  ];
}
