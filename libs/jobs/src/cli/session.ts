import type { DataSource } from 'typeorm';
import { JobQueues } from '../control/job-queues.js';
import { JobWorkers } from '../control/job-workers.js';
import { Operations } from '../control/operations.js';
import { DefinitionRegistry } from '../handle/definition.registry.js';
import { JobService } from '../enqueue/job.service.js';
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
  const queues = new JobQueues(operations, repository, options, systemClock);
  return {
    shards,
    jobs: jobService(dataSource, options, wakeUp),
    repository,
    audit: new JobAuditService(dataSource, options),
    transaction: (work) => dataSource.transaction(work),
    queues,
    workers: new JobWorkers(operations, repository, options, systemClock),
    types: () => boundedRead(dataSource, options, (executor) => new TypeStore(executor).list()),
    examine: () => doctorOf(dataSource, given, queues).examine(),
    migrations: migrationsOf(dataSource),
    explain: (error) => explainMissing(error, inSchema(new ManagerExecutor(dataSource), schema), schema),
    close: async () => {
      await wakeUp.flush();
      await repository.onModuleDestroy();
      await dataSource.destroy();
    },
  };
}

function doctorOf(dataSource: DataSource, { schema, shards }: DatabaseOptions, queues: JobQueues): Doctor {
  return new Doctor({
    dataSource,
    schema,
    shards,
    clock: systemClock,
    queues: async () => (await queues.list()).queues,
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
