import { DataSource } from 'typeorm';
import { DefinitionRegistry } from '../handle/definition.registry.js';
import { JobService } from '../enqueue/job.service.js';
import { jobsEntities } from '../job/tables/entities.js';
import { schemaNameIssue } from '../job/validate/schema-name.js';
import { resolveJobsOptions } from '../jobs.options.js';
import { jobsMigrations, jobsMigrationsIn } from '../migrations/index.js';
import { bindSchema } from '../migrations/jobs-schema.js';
import { migrationPlace, recordedMigrations, type MigrationPlace } from '../migrations/migration-place.js';
import { JobAuditService } from '../observe/job-audit.service.js';
import { JobRepository } from '../observe/stats/job.repository.js';
import { boundedRead } from '../store/bounded-read.js';
import { describeDatabaseError } from '../store/connection/database-errors.js';
import { ManagerExecutor } from '../store/connection/executors.js';
import { inSchema } from '../store/in-schema.js';
import { OperatorStore } from '../store/operator.store.js';
import type { Executor } from '../store/statement.js';
import { CommitHooks } from '../wake/commit-hooks.js';
import { LocalWorker } from '../wake/local-worker.js';
import { WakeUp } from '../wake/wake-up.js';
import { UnreachableError, UsageError } from './failure.js';

/** Where the jobs are. */
export interface DatabaseOptions {
  databaseUrl?: string;
  schema?: string;
  shards: number;
  migrationsTable: string;
  /** Whether a statement may take as long as it likes. */
  patient?: boolean;
}

const CONNECT_MS = 5_000;
/** A line that was cut says nothing, so an answer is not waited for longer than this. */
const ANSWER_MS = 30_000;
const POOL_SIZE = 4;

/** The connection of one command, and the library's services on it. */
export interface Session {
  readonly dataSource: DataSource;
  readonly schema: string | undefined;
  readonly shards: number;
  readonly jobs: JobService;
  readonly repository: JobRepository;
  readonly audit: JobAuditService;
  /** On a connection of its own for each statement. */
  readonly executor: Executor;
  /** Reads of which each may take two seconds. */
  read<T>(work: (store: OperatorStore) => Promise<T>): Promise<T>;
  /** Tells workers what there is to do, and closes the connections. */
  close(): Promise<void>;
}

/** Connects. Throws `UsageError` if it is not said where to, and `UnreachableError` if nobody answers. */
export async function openSession(given: DatabaseOptions): Promise<Session> {
  const { schema, shards } = given;
  const dataSource = await connect(given);
  // Without names and settings of a session, statements also pass a pooler.
  const options = resolveJobsOptions({ role: 'producer', schema, shards, pooled: true });
  const host = new ManagerExecutor(dataSource);
  const wakeUp = new WakeUp(host, () => {});
  const hooks = CommitHooks.on(dataSource);
  const repository = new JobRepository(dataSource, options);
  return {
    dataSource,
    schema,
    shards,
    jobs: new JobService(dataSource, options, new DefinitionRegistry(), hooks, wakeUp, new LocalWorker()),
    repository,
    audit: new JobAuditService(dataSource, options),
    executor: inSchema(host, schema),
    read: (work) => boundedRead(dataSource, options, (executor) => work(new OperatorStore(executor))),
    close: async () => {
      await wakeUp.flush();
      await repository.onModuleDestroy();
      await dataSource.destroy();
    },
  };
}

async function connect({ databaseUrl, schema, migrationsTable, patient }: DatabaseOptions): Promise<DataSource> {
  const url = requireUrl(databaseUrl);
  const issue = schema === undefined ? null : schemaNameIssue(schema);
  if (issue !== null) throw new UsageError({ code: 'JOBS_INVALID_SCHEMA', what: `--schema ${issue}.` });
  const common = { url, migrationsTable, patient };
  if (schema === undefined) return opened(newDataSource(common));
  const place = await placeIn(schema, common);
  const { named, tableInSchema } = place;
  const dataSource = newDataSource({ ...common, schema, place });
  if (!named && !tableInSchema) bindSchema(dataSource, schema);
  return opened(dataSource);
}

interface SourceOptions {
  url: string;
  migrationsTable: string;
  patient?: boolean;
  schema?: string;
  place?: MigrationPlace;
}

function newDataSource({ url, migrationsTable, patient, schema, place }: SourceOptions): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName: 'jobs-cli',
    poolSize: POOL_SIZE,
    entities: [...jobsEntities],
    migrations: schema !== undefined && place?.named ? jobsMigrationsIn(schema) : [...jobsMigrations],
    migrationsTableName: migrationsTable,
    ...(place?.tableInSchema && { schema }),
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    logging: false,
    connectTimeoutMS: CONNECT_MS,
    extra: { query_timeout: patient ? 0 : ANSWER_MS },
  });
}

async function placeIn(schema: string, common: SourceOptions): Promise<MigrationPlace> {
  const dataSource = await opened(newDataSource(common));
  try {
    return migrationPlace(schema, await recordedMigrations(dataSource, schema, common.migrationsTable));
  } finally {
    await dataSource.destroy();
  }
}

async function opened(dataSource: DataSource): Promise<DataSource> {
  try {
    return await dataSource.initialize();
  } catch (error) {
    const { url } = dataSource.options as { url: string };
    throw new UnreachableError({
      code: 'JOBS_DATABASE_UNREACHABLE',
      what: `No connection to ${addressOf(url)}. ${describeDatabaseError(error)}`,
      fix: 'Check that the server runs, and the host, user, password and database in the URL.',
      cause: error,
    });
  }
}

/** A password is part of the URL, so a bad URL is not repeated. */
function requireUrl(url: string | undefined): string {
  if (!url)
    throw new UsageError({
      code: 'JOBS_NO_DATABASE_URL',
      what: 'It is not said where the database is.',
      fix: 'Set DATABASE_URL, or give --database-url postgresql://user:password@host:5432/database',
    });
  if (URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol)) return url;
  throw new UsageError({
    code: 'JOBS_INVALID_DATABASE_URL',
    what: 'The URL of the database cannot be used.',
    fix: 'Write it like this, with special characters encoded: postgresql://user:password@host:5432/database',
  });
}

function addressOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `the database "${pathname.slice(1)}" on ${host || 'the local socket'}`;
}
