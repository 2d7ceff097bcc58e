import { Logger, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { JobService } from './enqueue/job.service.js';
import { jobsEntities } from './job/entities.js';
import { JobEventBus } from './job/job-event-bus.js';
import { WorkerStatus } from './job/worker-status.js';
import type { JobsErrorIssue } from './job/job.errors.js';
import { checkForRoot, checkForRootAsync, checkModuleOptions } from './jobs.module-checks.js';
import {
  ASYNC_OPTIONS_TYPE,
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
  OPTIONS_TYPE,
} from './jobs.module-definition.js';
import { JOBS_OPTIONS, resolveJobsOptions, type JobsModuleOptions, type JobsOptions } from './jobs.options.js';
import { JobAuditService } from './observe/job-audit.service.js';
import { JobsHealthIndicator } from './observe/job-health.js';
import { JobLog } from './observe/job-log.js';
import { JobMetrics } from './observe/job-metrics.js';
import { DefinitionRegistry } from './process/definition.registry.js';
import { JobEventExplorer } from './process/job-event.explorer.js';
import { ProcessorExplorer } from './process/processor.explorer.js';
import { JobSchedulerService } from './schedule/job-scheduler.service.js';
import { ScheduleExplorer } from './schedule/schedule.explorer.js';
import { CommitHooks } from './store/commit-hooks.js';
import { DirectStart } from './store/direct-start.js';
import { ManagerExecutor } from './store/executors.js';
import { JobRepository } from './store/job.repository.js';
import { WakeUp } from './store/wake-up.js';
import { JobWorkerService } from './worker/job-worker.service.js';
import { SlotSetting } from './worker/slot-setting.js';

/** What was wrong where the module was declared: told at the boot, together with all else that is wrong. */
const DECLARATION_ISSUES = Symbol('JOBS_DECLARATION_ISSUES');

const optionProviders: Provider[] = [
  {
    provide: JOBS_OPTIONS,
    inject: [MODULE_OPTIONS_TOKEN, DECLARATION_ISSUES],
    useFactory: (given: JobsModuleOptions, declared: JobsErrorIssue[]) => {
      const { options, issues } = checkModuleOptions(given);
      return resolveJobsOptions(options, [...declared, ...issues]);
    },
  },
];

const stateProviders: Provider[] = [
  { provide: JobEventBus, useFactory: () => new JobEventBus() },
  { provide: WorkerStatus, useFactory: () => new WorkerStatus() },
  {
    provide: DefinitionRegistry,
    inject: [JOBS_OPTIONS],
    useFactory: ({ definitions }: JobsOptions) => new DefinitionRegistry(definitions),
  },
];

const storeProviders: Provider[] = [
  { provide: DirectStart, useFactory: () => new DirectStart() },
  {
    provide: CommitHooks,
    inject: [getDataSourceToken()],
    useFactory: (dataSource: DataSource) => CommitHooks.on(dataSource),
  },
  {
    provide: WakeUp,
    inject: [getDataSourceToken(), JOBS_OPTIONS],
    useFactory: (dataSource: DataSource, { waitTimeoutMs }: JobsOptions) =>
      new WakeUp(new ManagerExecutor(dataSource, undefined, waitTimeoutMs), (error) =>
        new Logger('Jobs').debug(`NOTIFY failed: ${String(error)}`),
      ),
  },
];

const explorers: Provider[] = [ProcessorExplorer, JobEventExplorer, ScheduleExplorer];
const observers: Provider[] = [JobRepository, JobMetrics, JobLog, JobsHealthIndicator, JobAuditService];
const services: Provider[] = [JobService, SlotSetting, JobWorkerService, JobSchedulerService];

/**
 * Background jobs on the application's own PostgreSQL. Needs `TypeOrmModule.forRoot()` with `jobsEntities` among its
 * entities, `jobsMigrations` run, and, for schedules, `ScheduleModule.forRoot()` in the root module.
 */
@Module({
  // Terminus would log an error for each probe that is refused; the indicator says once why it is not ready.
  imports: [DiscoveryModule, TerminusModule.forRoot({ logger: false }), TypeOrmModule.forFeature(jobsEntities)],
  providers: [...optionProviders, ...stateProviders, ...storeProviders, ...explorers, ...observers, ...services],
  exports: [JobService, JobWorkerService, JobRepository, JobAuditService, JobsHealthIndicator, TypeOrmModule],
})
export class JobsModule extends ConfigurableModuleClass {
  /** See `JobsModuleOptions` for what can be set and the defaults. */
  static override forRoot(given: typeof OPTIONS_TYPE = {}): DynamicModule {
    const { options, issues } = checkForRoot(given);
    return withIssues(super.forRoot(options), issues);
  }

  /** As `forRoot()`, with the options from a factory; `isGlobal` and `http` stand beside it. */
  static override forRootAsync(given: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    const { options, issues } = checkForRootAsync(given);
    return withIssues(super.forRootAsync(options), issues);
  }
}

function withIssues(module: DynamicModule, issues: JobsErrorIssue[]): DynamicModule {
  return { ...module, providers: [...(module.providers ?? []), { provide: DECLARATION_ISSUES, useValue: issues }] };
}
