import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import { JobsModules } from './discover/jobs-modules.js';
import { MethodExplorer } from './discover/method-explorer.js';
import { JobEventBus } from './state/job-event-bus.js';
import { Outages } from './state/outages.js';
import { WorkerStatus } from './state/worker-status.js';
import { FleetLooks } from './control/fleet-looks.js';
import { Operations } from './control/operations.js';
import { JobsConfigurationError, type JobsErrorIssue } from './job/job.errors.js';
import { checkForRoot, checkForRootAsync, checkModuleOptions } from './jobs.module-checks.js';
import {
  ASYNC_OPTIONS_TYPE,
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
  OPTIONS_TYPE,
} from './jobs.module-definition.js';
import {
  JOBS_DATA_SOURCE,
  JOBS_NAME,
  JOBS_OPTIONS,
  resolveJobsOptions,
  type JobsModuleOptions,
  type JobsOptions,
} from './jobs.options.js';
import { bindSchema, declareSchema, schemaOfDataSource } from './migrations/jobs-schema.js';
import { JobLog } from './report/job-log.js';
import { JobMetrics } from './observe/metrics/job-metrics.js';
import { OutageLog } from './observe/outage-log.js';
import { loadPromClient, PROM_CLIENT } from './observe/metrics/prom-client.js';
import { currentJobProvider } from './handle/current-job.js';
import { DefinitionRegistry } from './handle/definition.registry.js';
import { JobEventExplorer } from './handle/job-event.explorer.js';
import { ProcessorExplorer } from './handle/processor.explorer.js';
import { ScheduleExplorer } from './schedule/schedule.explorer.js';
import { CopyGuard, restoredCopyIn } from './state/copy-guard.js';
import { withProcessOptions } from './state/process-options.js';
import { CommitHooks } from './wake/commit-hooks.js';
import { LocalWorker } from './wake/local-worker.js';
import { ManagerExecutor } from './store/connection/executors.js';
import { LookConnections } from './store/worker-connections/look-connections.js';
import { placeEntities } from './store/place-entities.js';
import { JobWaits } from './wait/job-waits.js';
import { WakeUp } from './wake/wake-up.js';
import { BootWarnings } from './report/boot-warnings.js';
import { BootChecks } from './worker/boot-checks.js';
import { SlotSetting } from './worker/slot-setting.js';
import { Clock, systemClock } from './support/time/clock.js';
import { report } from './report/report.js';

/** Injection token of the issues found when the module was declared. The boot reports them with all others. */
const DECLARATION_ISSUES = Symbol('JOBS_DECLARATION_ISSUES');

const optionProviders: Provider[] = [
  {
    provide: MODULE_OPTIONS_TOKEN,
    useFactory: () => {
      throw notConfigured();
    },
  },
  {
    provide: JOBS_OPTIONS,
    inject: [MODULE_OPTIONS_TOKEN, DECLARATION_ISSUES, JOBS_DATA_SOURCE, JOBS_NAME],
    useFactory: (given: JobsModuleOptions, declared: JobsErrorIssue[], dataSource: DataSource, name: string) => {
      const { options: own, issues } = checkModuleOptions(given);
      const options = withProcessOptions(name, own);
      const schema = options.schema ?? schemaOfDataSource(dataSource);
      // oxlint-disable-next-line node/no-process-env -- the default of one option, read where Nest and Express read it
      const { restoredCopy = restoredCopyIn(process.env.NODE_ENV) } = options;
      const resolved = resolveJobsOptions({ ...options, schema, restoredCopy }, [...declared, ...issues]);
      if (bindSchema(dataSource, schema)) placeEntities(dataSource, schema);
      return resolved;
    },
  },
];

const stateProviders: Provider[] = [
  { provide: Clock, useValue: systemClock },
  { provide: JobEventBus, useFactory: () => new JobEventBus() },
  { provide: WorkerStatus, useFactory: () => new WorkerStatus() },
  { provide: Outages, inject: [Clock], useFactory: (clock: Clock) => new Outages(clock) },
  { provide: BootWarnings, useFactory: () => new BootWarnings() },
  {
    provide: DefinitionRegistry,
    inject: [JOBS_OPTIONS],
    useFactory: ({ definitions }: JobsOptions) => new DefinitionRegistry(definitions),
  },
];

const storeProviders: Provider[] = [
  CopyGuard,
  { provide: LocalWorker, useFactory: () => new LocalWorker() },
  {
    provide: CommitHooks,
    inject: [JOBS_DATA_SOURCE, Clock],
    useFactory: (dataSource: DataSource, clock: Clock) => CommitHooks.on(dataSource, clock),
  },
  {
    provide: LookConnections,
    inject: [JOBS_DATA_SOURCE, JOBS_OPTIONS, Clock],
    useFactory: (dataSource: DataSource, { pooled }: JobsOptions, clock: Clock) => {
      const connections = new LookConnections(dataSource, clock);
      if (!pooled) connections.offer();
      return connections;
    },
  },
  {
    provide: WakeUp,
    inject: [JOBS_DATA_SOURCE, JOBS_OPTIONS, Clock],
    useFactory: (dataSource: DataSource, { waitTimeoutMs }: JobsOptions, clock: Clock) =>
      new WakeUp(
        new ManagerExecutor(dataSource, undefined, waitTimeoutMs),
        (error) => report('notify_failed', { cause: error }),
        clock,
      ),
  },
];

const explorers: Provider[] = [JobsModules, MethodExplorer, ProcessorExplorer, JobEventExplorer, ScheduleExplorer];
const observers: Provider[] = [
  { provide: PROM_CLIENT, useFactory: loadPromClient },
  JobMetrics,
  OutageLog,
  {
    provide: JobLog,
    inject: [JobEventBus, JOBS_OPTIONS],
    useFactory: (bus: JobEventBus, options: JobsOptions) => new JobLog(bus, options),
  },
];
const services: Provider[] = [currentJobProvider, Operations, FleetLooks, SlotSetting, BootChecks, JobWaits];

/**
 * Background jobs on the application's own PostgreSQL. It needs `TypeOrmModule.forRoot()` with `jobsEntities` among its
 * entities, and `jobsMigrations` must have run. Schedules also need `ScheduleModule.forRoot()` in the root module.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [...optionProviders, ...stateProviders, ...storeProviders, ...explorers, ...observers, ...services],
  exports: [currentJobProvider],
})
export class JobsModule extends ConfigurableModuleClass {
  /** Configures the module. `JobsModuleOptions` lists all options and their defaults. */
  static override forRoot(given: typeof OPTIONS_TYPE = {}): DynamicModule {
    const { options, issues } = checkForRoot(given);
    declareSchema(options.dataSource, options.schema);
    return withIssues(super.forRoot(options), issues);
  }

  /** As `forRoot()`, with a factory for the options. `name`, `dataSource`, `isGlobal` and `http` stand beside it. */
  static override forRootAsync(given: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    const { options, issues } = checkForRootAsync(given);
    declareSchema(options.dataSource, undefined);
    return withIssues(super.forRootAsync(options), issues);
  }
}

/** The error if the class itself is imported: only `forRoot()` replaces this provider by the host's options. */
function notConfigured(): JobsConfigurationError {
  return new JobsConfigurationError({
    code: 'JOBS_MODULE_NOT_CONFIGURED',
    what: 'A module imports JobsModule itself, without forRoot().',
    fix: 'Import JobsModule.forRoot() in the root module only; it is global, so feature modules need not import it.',
  });
}

function withIssues(module: DynamicModule, issues: JobsErrorIssue[]): DynamicModule {
  return { ...module, providers: [...(module.providers ?? []), { provide: DECLARATION_ISSUES, useValue: issues }] };
}
