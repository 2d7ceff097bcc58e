import { JobsConfigurationError } from '../../job/job.errors.js';
import { databaseErrorCode } from './database-errors.js';

/** SQLSTATEs of a missing table, column or schema. */
const MISSING = ['42P01', '42703', '3F000'];

/**
 * For the `catch` of the boot: explains errors of a missing or outdated schema, and throws others as they are.
 * `schema`: where the statements look for the tables.
 */
export function explainOutdatedSchema(error: unknown, schema: string | undefined): never {
  if (!MISSING.includes(databaseErrorCode(error))) throw error;
  throw new JobsConfigurationError({
    code: 'JOBS_SCHEMA_OUTDATED',
    what: `The database lacks tables or columns that this version needs: ${(error as Error).message}.`,
    fix:
      `Put ${migrationsFor(schema)} among the migrations of the DataSource, and run them before the application ` +
      'starts.',
    cause: error,
  });
}

/** What the host must add to the migrations of the DataSource. */
export function migrationsFor(schema: string | undefined): string {
  return schema === undefined ? 'jobsMigrations' : `jobsMigrationsIn(${JSON.stringify(schema)})`;
}
