import { JobsConfigurationError } from '../../job/job.errors.js';
import { databaseErrorCode } from './database-errors.js';

/** SQLSTATE of a table, a column or a schema that does not exist. */
const MISSING = ['42P01', '42703', '3F000'];

/**
 * For the catch of a boot: a schema that is missing or older than the code is told apart from what it leads to. `schema`:
 * where the tables are looked for.
 */
export function explainOutdatedSchema(error: unknown, schema: string | undefined): never {
  if (!MISSING.includes(databaseErrorCode(error))) throw error;
  throw new JobsConfigurationError({
    code: 'JOBS_SCHEMA_OUTDATED',
    what: `The database lacks what this version of the jobs needs: ${(error as Error).message}.`,
    fix:
      `Put ${migrationsFor(schema)} among the migrations of the DataSource, and run them before the application ` +
      'starts.',
    cause: error,
  });
}

/** What has to be among the migrations of the DataSource. */
export function migrationsFor(schema: string | undefined): string {
  return schema === undefined ? 'jobsMigrations' : `jobsMigrationsIn(${JSON.stringify(schema)})`;
}
