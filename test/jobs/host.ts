import { Logger, Module, type Provider, type Type } from '@nestjs/common';
import { ScheduleModule, type ScheduleModuleOptions } from '@nestjs/schedule';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { connectionOptions } from '@monstera/database';
import { jobsEntities, JobsModule, JobService, type JobsModuleOptions } from '@monstera/jobs';
import { Registry } from 'prom-client';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { applicationUrl, poolingOptions } from '../support/pooler.js';

export interface HostOptions {
  url: string;
  providers?: Provider[];
  imports?: NonNullable<Parameters<typeof Test.createTestingModule>[0]['imports']>;
  jobs?: JobsModuleOptions;
  /** Gets the data source before any module does. */
  onDataSource?: (dataSource: DataSource) => void;
  schedule?: ScheduleModuleOptions;
  /** Connections of the host's pool. Default 5. */
  poolSize?: number;
  /** Options of the host's DataSource that take precedence. */
  database?: Partial<DataSourceOptions>;
}

export interface Host {
  app: TestingModule;
  jobs: JobService;
  dataSource: DataSource;
  get: TestingModule['get'];
  close: () => Promise<void>;
}

/** A small Nest application that imports `JobsModule`, with the given providers in a module of their own. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { url, providers = [], imports = [], jobs = {}, onDataSource = () => undefined } = options;
  const { poolSize = 5, database = {} } = options;
  const app = await Test.createTestingModule({
    imports: [
      TypeOrmModule.forRootAsync({
        useFactory: () =>
          ({
            ...connectionOptions({ url: applicationUrl(url), poolSize }),
            entities: jobsEntities,
            ...database,
          }) as TypeOrmModuleOptions,
        dataSourceFactory: async (given) => {
          const dataSource = new DataSource(given!);
          onDataSource(dataSource);
          return dataSource.initialize();
        },
      }),
      ScheduleModule.forRoot(options.schedule),
      JobsModule.forRoot({ metricsRegistry: new Registry(), ...poolingOptions(url), ...jobs }),
      ...imports,
      featureModule(providers),
    ],
  }).compile();
  Logger.overrideLogger(false);
  await app.init().catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  return {
    app,
    jobs: app.get(JobService),
    dataSource: app.get(DataSource),
    get: app.get.bind(app),
    close: () => app.close(),
  };
}

function featureModule(providers: Provider[]): Type {
  @Module({ providers, exports: providers })
  class FeatureModule {}
  return FeatureModule;
}
