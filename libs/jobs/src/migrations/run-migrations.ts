import type pg from 'pg';
import { MigrationExecutor, type DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { JobsConfigurationError } from '../job/job.errors.js';
import { quoteIdentifier } from '../job/validate/schema-name.js';
import { OWN_TYPES } from '../support/column-values.js';
import { makeSchema } from './make-schema.js';
import { systemClock } from '../support/time/clock.js';

/** The number is arbitrary, but must never change. */
const LOCK_KEY = 7_246_120_001;
const POLL_MS = 200;
const WAIT_MS = 10 * 60_000;

/**
 * Runs the DataSource's pending migrations once, even if many pods start together: the others wait until it is done. It
 * first makes the DataSource's `schema` if that is missing, because TypeORM needs it for its own table. Returns the
 * names of the migrations that it ran.
 *
 * Throws `JobsConfigurationError` if TypeORM's table is another tool's, if a name is taken, or if another process has
 * been migrating for ten minutes.
 */
export function runMigrations(dataSource: DataSource): Promise<string[]> {
  return withMigrationLock(dataSource, async (runner) => {
    await makeSchema(runner, schemaOf(dataSource));
    await migrationsDone(runner, migrationsTable(dataSource));
    // Runs on the connection that holds the lock: the pool may have no other.
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'each';
    return (await executor.executePendingMigrations()).map(({ name }) => name);
  });
}

/** Runs work on the connection that holds the lock of migrations. */
export async function withMigrationLock<T>(
  dataSource: DataSource,
  work: (runner: QueryRunner) => Promise<T>,
): Promise<T> {
  const runner = dataSource.createQueryRunner();
  try {
    await lock(runner);
    return await work(runner);
  } finally {
    await runner.query('select pg_advisory_unlock($1)', [LOCK_KEY]).catch(() => {});
    await runner.release();
  }
}

/** Names of the DataSource's migrations that have not run. Only reads, on the runner's connection if given. */
export async function pendingMigrations(dataSource: DataSource, runner?: QueryRunner): Promise<string[]> {
  // Not `dataSource.query()`, which typeorm-transactional runs in the caller's transaction.
  const own = runner ?? dataSource.createQueryRunner();
  try {
    const done = await migrationsDone(own, migrationsTable(dataSource));
    return dataSource.migrations.map(nameOfMigration).filter((name) => !done.has(name));
  } finally {
    if (!runner) await own.release();
  }
}

/** The name by which TypeORM records it. */
export function nameOfMigration(migration: MigrationInterface): string {
  return migration.name ?? migration.constructor.name;
}

function schemaOf(dataSource: DataSource): string | undefined {
  return (dataSource.options as { schema?: string }).schema;
}

/** The quoted name of TypeORM's table of migrations that have run. */
export function migrationsTable(dataSource: DataSource): string {
  const names = [schemaOf(dataSource), dataSource.options.migrationsTableName ?? 'migrations'];
  return names
    .filter((name) => name !== undefined)
    .map(quoteIdentifier)
    .join('.');
}

/** The columns that identify TypeORM's table among others of the same name. */
const COLUMNS = ['name', 'timestamp'];

/** The names in TypeORM's table, by its quoted name. None if it is missing. */
export async function migrationsDone(runner: QueryRunner, table: string): Promise<Set<string>> {
  const [found] = await read<{ present: boolean; columns: number }>(
    runner,
    `select to_regclass($1) is not null as present, (select count(*)::int from pg_attribute
       where attrelid = to_regclass($1) and attname = any($2) and not attisdropped) as columns`,
    [table, COLUMNS],
  );
  if (!found!.present) return new Set();
  if (found!.columns < COLUMNS.length) throw migrationsTableTaken(table);
  const rows = await read<{ name: string }>(runner, `select name from ${table}`);
  return new Set(rows.map(({ name }) => name));
}

function migrationsTableTaken(table: string): JobsConfigurationError {
  return new JobsConfigurationError({
    code: 'JOBS_MIGRATIONS_TABLE_TAKEN',
    what: `The table ${table} is not TypeORM's: it lacks the columns ${COLUMNS.join(' and ')}.`,
    fix: "Another tool uses that name. Give the DataSource another one: migrationsTableName: 'typeorm_migrations'.",
  });
}

/** Throws `JobsConfigurationError` with the command to run if the database's schema is older than the code. */
export async function assertSchemaCurrent(dataSource: DataSource, command = 'npm run migration:run'): Promise<void> {
  const pending = await pendingMigrations(dataSource);
  if (pending.length === 0) return;
  throw new JobsConfigurationError({
    code: 'JOBS_SCHEMA_OUTDATED',
    what: `The database lacks ${pending.length} migration(s): ${pending.join(', ')}.`,
    fix: `Run: ${command}`,
  });
}

/** Polls, because waiting in `pg_advisory_lock` would hold a snapshot that CREATE INDEX CONCURRENTLY waits for. */
async function lock(runner: QueryRunner): Promise<void> {
  const deadline = systemClock.steadyMs() + WAIT_MS;
  while (!(await tryLock(runner))) {
    if (systemClock.steadyMs() > deadline)
      throw new JobsConfigurationError({
        code: 'JOBS_MIGRATION_LOCKED',
        what: `Another process has been migrating this database for ${WAIT_MS / 60_000} minutes.`,
        fix: 'Find the session that holds the advisory lock in pg_locks, and end it if it is stuck.',
      });
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function tryLock(runner: QueryRunner): Promise<boolean> {
  const [row] = await read<{ locked: boolean }>(runner, 'select pg_try_advisory_lock($1) as locked', [LOCK_KEY]);
  return row!.locked;
}

/** Reads without the runner's `query()`, which returns values as the host's type parsers make them. */
async function read<Row>(runner: QueryRunner, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = (await runner.connect()) as pg.ClientBase;
  return (await client.query({ text, values, types: OWN_TYPES })).rows as Row[];
}
