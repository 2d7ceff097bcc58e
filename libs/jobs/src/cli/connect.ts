import { DataSource } from 'typeorm';
import { jobsEntities } from '../job/tables/entities.js';
import { schemaNameIssue } from '../job/validate/schema-name.js';
import { jobsMigrations, jobsMigrationsIn } from '../migrations/index.js';
import { bindSchema } from '../migrations/jobs-schema.js';
import { migrationPlace, recordedMigrations, type MigrationPlace } from '../migrations/migration-place.js';
import { describeDatabaseError } from '../store/connection/database-errors.js';
import type { DatabaseOptions } from './call.js';
import { UnreachableError, UsageError } from './failure.js';

const CONNECT_MS = 5_000;
/** A line that was cut says nothing, so an answer is not waited for longer than this. */
const ANSWER_MS = 30_000;
const POOL_SIZE = 4;

/**
 * Connects, with the migrations as the host has declared them. Throws `UsageError` if it is not said where to, and
 * `UnreachableError` if nobody answers.
 */
export async function connect({ databaseUrl, schema, migrationsTable, patient }: DatabaseOptions): Promise<DataSource> {
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
