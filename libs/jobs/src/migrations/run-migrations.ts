import type { DataSource, QueryRunner } from 'typeorm';
import { JobsConfigurationError } from '../job/job.errors.js';

/** Any number will do, as long as it stays the same. */
const LOCK_KEY = 7_246_120_001;
const POLL_MS = 200;
const WAIT_MS = 10 * 60_000;

/**
 * Runs the DataSource's pending migrations, once, however many pods start together: the others wait until it is done.
 * Returns the names of those run. The lock is polled, because a waiter inside `pg_advisory_lock` would hold the
 * snapshot that CREATE INDEX CONCURRENTLY waits for.
 */
export async function runMigrations(dataSource: DataSource): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    await lock(runner);
    return (await dataSource.runMigrations({ transaction: 'each' })).map(({ name }) => name);
  } finally {
    await runner.query('select pg_advisory_unlock($1)', [LOCK_KEY]).catch(() => {});
    await runner.release();
  }
}

/** Names of the DataSource's migrations that the database has not seen. Reads only, on the runner's connection if given. */
export async function pendingMigrations(dataSource: DataSource, runner?: QueryRunner): Promise<string[]> {
  // Not `dataSource.query()`: typeorm-transactional lets that join the transaction around the caller.
  const own = runner ?? dataSource.createQueryRunner();
  try {
    const done = await migrationsDone(own, dataSource.options.migrationsTableName ?? 'migrations');
    return dataSource.migrations
      .map((migration) => migration.name ?? migration.constructor.name)
      .filter((name) => !done.has(name));
  } finally {
    if (!runner) await own.release();
  }
}

async function migrationsDone(runner: QueryRunner, table: string): Promise<Set<string>> {
  const [{ present }] = (await runner.query('select to_regclass(quote_ident($1)) is not null as present', [table])) as [
    { present: boolean },
  ];
  if (!present) return new Set();
  const rows = (await runner.query(`select name from "${table.replaceAll('"', '""')}"`)) as { name: string }[];
  return new Set(rows.map(({ name }) => name));
}

/** Throws `JobsConfigurationError` with the command to run, if the database's schema is older than the code. */
export async function assertSchemaCurrent(dataSource: DataSource, command = 'npm run migration:run'): Promise<void> {
  const pending = await pendingMigrations(dataSource);
  if (pending.length === 0) return;
  throw new JobsConfigurationError({
    code: 'JOBS_SCHEMA_OUTDATED',
    what: `The database lacks ${pending.length} migration(s): ${pending.join(', ')}.`,
    fix: `Run: ${command}`,
  });
}

async function lock(runner: QueryRunner): Promise<void> {
  const deadline = performance.now() + WAIT_MS;
  while (!(await tryLock(runner))) {
    if (performance.now() > deadline)
      throw new JobsConfigurationError({
        code: 'JOBS_MIGRATION_LOCKED',
        what: `Another process has been migrating this database for ${WAIT_MS / 60_000} minutes.`,
        fix: 'See pg_stat_activity for who holds the advisory lock, and end it if it is stuck.',
      });
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function tryLock(runner: QueryRunner): Promise<boolean> {
  const [row] = (await runner.query('select pg_try_advisory_lock($1) as locked', [LOCK_KEY])) as { locked: boolean }[];
  return row!.locked;
}
