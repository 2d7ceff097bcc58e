import { JobsConfigurationError } from '../job/job.errors.js';
import { databaseErrorCode } from './database-errors.js';

/** SQLSTATE of a table or a column that does not exist. */
const MISSING = ['42P01', '42703'];

/** For the catch of a boot: a schema that is missing or older than the code is told apart from what it leads to. */
export function explainOutdatedSchema(error: unknown): never {
  if (!MISSING.includes(databaseErrorCode(error))) throw error;
  throw new JobsConfigurationError({
    code: 'JOBS_SCHEMA_OUTDATED',
    what: `The database lacks what this version of the jobs needs: ${(error as Error).message}.`,
    fix: 'Put jobsMigrations among the migrations of the DataSource, and run them before the application starts.',
    cause: error,
  });
}
