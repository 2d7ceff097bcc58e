import { Logger, type DynamicModule, type INestApplication, type Provider } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { connectionOptions } from '@monstera/database';
import { jobsEntities, JobsModule, type JobsModuleExtras, type JobsModuleOptions } from '@monstera/jobs';
import { Registry } from 'prom-client';
import supertest from 'supertest';
import type { DataSourceOptions } from 'typeorm';
import { applicationUrl, poolingOptions } from '../support/pooler.js';

type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

export interface HttpHostOptions {
  url: string;
  providers?: Provider[];
  imports?: DynamicModule[];
  jobs?: JobsModuleOptions & JobsModuleExtras;
  database?: Partial<PostgresOptions>;
  beforeListen?: (app: INestApplication) => void;
  /** Default: Express. */
  adapter?: AbstractHttpAdapter;
}

export interface HttpHost {
  app: INestApplication;
  /** Requests over HTTP, on a free port of the loopback interface. */
  http: ReturnType<typeof supertest>;
  get: INestApplication['get'];
  close: () => Promise<void>;
}

/** A small Nest application that imports `JobsModule` and serves HTTP. */
export async function startHttpHost(options: HttpHostOptions): Promise<HttpHost> {
  const { url, providers = [], imports = [], jobs, database, beforeListen, adapter } = options;
  const connection = {
    ...connectionOptions({ url: applicationUrl(url), poolSize: 5 }),
    entities: jobsEntities,
    ...database,
  };
  const module = await Test.createTestingModule({
    imports: [
      TypeOrmModule.forRoot(connection),
      ScheduleModule.forRoot(),
      JobsModule.forRoot({ metricsRegistry: new Registry(), ...poolingOptions(url), ...jobs }),
      ...imports,
    ],
    providers,
  }).compile();
  Logger.overrideLogger(false);
  const app = adapter ? module.createNestApplication(adapter) : module.createNestApplication();
  beforeListen?.(app);
  await app.listen(0, '127.0.0.1');
  return { app, http: supertest(app.getHttpServer()), get: app.get.bind(app), close: () => app.close() };
}
