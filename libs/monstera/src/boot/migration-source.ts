import { connectionOptions, StartupError } from '@monstera/database';
import { DataSource } from 'typeorm';
import { monsteraMigrations } from '../persistence.js';

/** One connection holds the lock, and one runs the migrations. */
const MIGRATION_CONNECTIONS = 2;

/**
 * Runs `work` with a data source that has every migration. It is not the application's: the schema is checked before any
 * module exists, and migrations must bypass a pooler.
 *
 * @throws StartupError `MONSTERA_DATABASE_UNREACHABLE`.
 */
export async function withMigrationSource<T>(
  url: string,
  work: (dataSource: DataSource) => Promise<T>,
  { poolSize = MIGRATION_CONNECTIONS } = {},
): Promise<T> {
  const dataSource = migrationSource(url, poolSize);
  await dataSource.initialize().catch((cause: unknown) => {
    throw unreachable(url, cause);
  });
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

export function migrationSource(url: string, poolSize = MIGRATION_CONNECTIONS): DataSource {
  return new DataSource({
    ...connectionOptions({ url, applicationName: 'monstera-migrations', poolSize }),
    migrations: monsteraMigrations,
  });
}

function unreachable(url: string, cause: unknown): StartupError {
  const { hostname, port, pathname } = new URL(url);
  const reason = cause instanceof AggregateError ? String(cause.errors[0]) : String(cause);
  return new StartupError({
    code: 'MONSTERA_DATABASE_UNREACHABLE',
    what: `No connection to the database ${pathname.slice(1)} on ${hostname}:${port || 5432}. ${reason}`,
    fix: 'Check that the server runs, and the user, password and database in DATABASE_URL.',
    cause,
  });
}
