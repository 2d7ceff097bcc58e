import type { DataSource } from 'typeorm';
import { JobOperations } from '../control/background/job-operations.js';
import { FleetLooks } from '../control/fleet-looks.js';
import { JobQueues } from '../control/job-queues.js';
import { JobWorkers } from '../control/job-workers.js';
import { JobStatistics } from '../control/statistics/job-statistics.js';
import { Operations } from '../control/operations.js';
import { JobSchedules } from '../control/schedules/job-schedules.js';
import { DefinitionRegistry } from '../handle/definition.registry.js';
import { JobsSystem } from '../control/jobs-system.js';
import { JobDetails } from '../enqueue/job-details.js';
import { JobTypes } from '../enqueue/job-types.js';
import { JobService } from '../enqueue/job.service.js';
import { ScheduledJobService } from '../enqueue/scheduled-job-service.js';
import { resolveJobsOptions, type JobsOptions } from '../jobs.options.js';
import { pendingMigrationSql } from '../migrations/migration-sql.js';
import { lastMigration, revertLastMigration } from '../migrations/revert-migration.js';
import { pendingMigrations, runMigrations } from '../migrations/run-migrations.js';
import { Doctor } from '../observe/doctor/doctor.js';
import { JobAuditService } from '../observe/job-audit.service.js';
import { JobRepository } from '../observe/stats/job.repository.js';
import { boundedRead } from '../store/bounded-read.js';
import { ManagerExecutor } from '../store/connection/executors.js';
import { inSchema } from '../store/in-schema.js';
import { TypeStore } from '../store/type.store.js';
import { CommitHooks } from '../wake/commit-hooks.js';
import { LocalWorker } from '../wake/local-worker.js';
import { JobEventBus } from '../state/job-event-bus.js';
import { JobWaits } from '../wait/job-waits.js';
import { WakeUp } from '../wake/wake-up.js';
import type { DatabaseOptions, Session, SessionMigrations } from './call.js';
import { connect } from './connect.js';
import { explainMissing } from './missing-tables.js';
import { systemClock } from '../support/time/clock.js';
import { divertLogger } from '../report/divert-logger.js';

/** Connects, and makes the services of the library on that connection. Throws as `connect()` does. */
export async function openSession(given: DatabaseOptions, log: (line: string) => void): Promise<Session> {
  divertLogger(log);
  const dataSource = await connect(given);
  const { schema, shards } = given;
  // Without names and settings of a session, statements also pass a pooler.
  const options = resolveJobsOptions({ role: 'producer', schema, shards, pooled: true });
  const wakeUp = new WakeUp(new ManagerExecutor(dataSource), () => {}, systemClock);
  const repository = new JobRepository(dataSource, options);
  const operations = new Operations(dataSource, options, CommitHooks.on(dataSource, systemClock), wakeUp, systemClock);
  const fleet = new FleetLooks(operations, repository, options);
  const queues = new JobQueues(operations, fleet, options, systemClock);
  const jobs = jobService(dataSource, options, wakeUp);
  return {
    shards,
    jobs,
    ...lookersOf(dataSource, options, operations, fleet),
    repository,
    audit: new JobAuditService(dataSource, options),
    transaction: (work) => dataSource.transaction(work),
    queues,
    operations: new JobOperations(operations),
    workers: new JobWorkers(operations, fleet),
    schedules: schedulesOf({ jobs, dataSource, options, operations }),
    statistics: new JobStatistics(operations, systemClock),
    types: () => boundedRead(dataSource, options, (executor) => new TypeStore(executor).list()),
    examine: () => doctorOf(dataSource, given, { queues, fleet }).examine(),
    migrations: migrationsOf(dataSource),
    explain: (error) => explainMissing(error, inSchema(new ManagerExecutor(dataSource), schema), schema),
    close: () => close(wakeUp, repository, dataSource),
  };
}

async function close(wakeUp: WakeUp, repository: JobRepository, dataSource: DataSource): Promise<void> {
  await wakeUp.flush();
  await repository.onModuleDestroy();
  await dataSource.destroy();
}

/** What only shows things. */
function lookersOf(dataSource: DataSource, options: JobsOptions, operations: Operations, fleet: FleetLooks) {
  return {
    details: new JobDetails(operations, options),
    jobTypes: new JobTypes(operations, new DefinitionRegistry(), systemClock),
    system: new JobsSystem(operations, dataSource, fleet, options, systemClock),
    pausedTypes: () => fleet.pausedTypes(),
  };
}

interface DoctorServices {
  queues: JobQueues;
  fleet: FleetLooks;
}

function doctorOf(dataSource: DataSource, { schema, shards }: DatabaseOptions, services: DoctorServices): Doctor {
  const { queues, fleet } = services;
  return new Doctor({
    dataSource,
    schema,
    shards,
    clock: systemClock,
    queues: async () => (await queues.list()).queues,
    pausedTypes: () => fleet.pausedTypes(),
    pendingMigrations: () => pendingMigrations(dataSource),
  });
}

function migrationsOf(dataSource: DataSource): SessionMigrations {
  return {
    pending: () => pendingMigrations(dataSource),
    sql: () => pendingMigrationSql(dataSource),
    run: () => runMigrations(dataSource),
    last: () => lastMigration(dataSource),
    revert: () => revertLastMigration(dataSource),
  };
}

function jobService(dataSource: DataSource, options: JobsOptions, wakeUp: WakeUp): JobService {
  return new JobService(
    dataSource,
    options,
    new DefinitionRegistry(),
    CommitHooks.on(dataSource, systemClock),
    wakeUp,
    new LocalWorker(),
    new JobWaits(dataSource, options, new JobEventBus(), wakeUp, systemClock),
    systemClock,
  );
}

interface ScheduleParts {
  jobs: JobService;
  dataSource: DataSource;
  options: JobsOptions;
  operations: Operations;
}

/** Knows the types that applications have registered. */
function schedulesOf({ jobs, dataSource, options, operations }: ScheduleParts): JobSchedules {
  const scheduled = new ScheduledJobService(jobs, new DefinitionRegistry(), dataSource, options);
  return new JobSchedules(operations, options, scheduled, systemClock);
}
