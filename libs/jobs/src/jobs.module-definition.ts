import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { httpControllers } from './http/http-controllers.js';
import type { JobsHttpOptions } from './http/http-options.js';
import { jobsEntities } from './job/tables/entities.js';
import { sharedServices } from './jobs.injection.js';
import { DEFAULT_JOBS_NAME, JOBS_DATA_SOURCE, JOBS_NAME, type JobsModuleOptions } from './jobs.options.js';
import { JobSchedulerService } from './schedule/job-scheduler.service.js';

/** Fixed when the module is declared, because controllers and scope cannot wait for injected options. */
export interface JobsModuleExtras {
  /**
   * Name of this module, if the application has several: `@InjectJobs(name)` injects its `JobService`, and
   * `@ForJobs(name)` marks providers that work for it. Letters, digits, _ and -, at most 50. Default `default`, the
   * module without a name.
   */
  name?: string;
  /** Name of the DataSource with the jobs, as given to `TypeOrmModule.forRoot()`. Default: the one without a name. */
  dataSource?: string;
  /** Whether `JobService` can be injected everywhere, without importing the module. Default true. */
  isGlobal?: boolean;
  /** Where probes and metrics are mounted. Default: at `health` and `metrics`; nowhere for a module with a name. */
  http?: JobsHttpOptions;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<JobsModuleOptions>({ moduleName: 'Jobs' })
    .setClassMethodName('forRoot')
    .setExtras<JobsModuleExtras>({ name: undefined, dataSource: undefined, isGlobal: true, http: {} }, withExtras)
    .build();

function withExtras(definition: DynamicModule, extras: JobsModuleExtras): DynamicModule {
  const { isGlobal = true, name = DEFAULT_JOBS_NAME, dataSource, http } = extras;
  const shared = sharedServices(name);
  const mounted = name === DEFAULT_JOBS_NAME;
  return {
    ...definition,
    global: isGlobal,
    controllers: httpControllers({ health: mounted, metrics: mounted, ...http }),
    imports: [...(definition.imports ?? []), TypeOrmModule.forFeature(jobsEntities, dataSource)],
    providers: [
      ...(definition.providers ?? []),
      { provide: JOBS_NAME, useValue: name },
      { provide: JOBS_DATA_SOURCE, useExisting: getDataSourceToken(dataSource) },
      JobSchedulerService,
      ...shared.providers,
    ],
    exports: [...shared.exports, TypeOrmModule],
  };
}
