import { assertSchemaCurrent, runMigrations } from '@monstera/jobs';
import type { Environment } from '../environment/environment.js';
import { withMigrationSource } from './migration-source.js';
import { openDatabase } from './open-database.js';
import type { OnStop } from './run-until-signal.js';

/**
 * Outside production, brings the schema up to date. In production the application does not change the schema.
 *
 * @throws JobsConfigurationError in production if the schema is older than the code. It names the command to run.
 */
export async function prepareSchema(url: string, { production, database }: Environment): Promise<void> {
  await withMigrationSource(database.directUrl ?? url, async (dataSource) => {
    if (production) return await assertSchemaCurrent(dataSource);
    await runMigrations(dataSource);
  });
}

/** Brings the schema up to date, also in production. Returns the names of the migrations that it has run. */
export async function migrate(environment: Environment, onStop: OnStop): Promise<string[]> {
  const database = await openDatabase(environment, console.log);
  onStop(() => database.stop());
  return await withMigrationSource(environment.database.directUrl ?? database.url, runMigrations);
}
