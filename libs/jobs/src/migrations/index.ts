import type { MigrationInterface } from 'typeorm';
import { JobsConfigurationError } from '../job/job.errors.js';
import { schemaNameIssue } from '../job/validate/schema-name.js';
import { CreateJobs1790000000000 } from './1790000000000-create-jobs.js';
import { CreateFleet1790000000001 } from './1790000000001-create-fleet.js';
import { TIMESTAMP_DIGITS } from './migration-name.js';
import { KnowDatabase1790000000002 } from './1790000000002-know-database.js';
import { SteerFleet1790000000003 } from './1790000000003-steer-fleet.js';
import { RecordHistory1790000000004 } from './1790000000004-record-history.js';
import { KeepLogs1790000000005 } from './1790000000005-keep-logs.js';
import { SteerFromAfar1790000000006 } from './1790000000006-steer-from-afar.js';
import { RunOperations1790000000007 } from './1790000000007-run-operations.js';
import { CountRefused1790000000008 } from './1790000000008-count-refused.js';
import { PauseTypes1790000000009 } from './1790000000009-pause-types.js';

/**
 * For the host's `TypeOrmModule.forRoot({ migrations })`. The tables go to the `schema` of `JobsModule`, or else to
 * that of the DataSource, or else to the first schema of the search path.
 */
export const jobsMigrations = [
  CreateJobs1790000000000,
  CreateFleet1790000000001,
  KnowDatabase1790000000002,
  SteerFleet1790000000003,
  RecordHistory1790000000004,
  KeepLogs1790000000005,
  SteerFromAfar1790000000006,
  RunOperations1790000000007,
  CountRefused1790000000008,
  PauseTypes1790000000009,
];

/**
 * As `jobsMigrations`, for tables in the given schema, whatever the DataSource says. `JobsModule` finds the schema by
 * these migrations and needs no `schema` of its own. Throws `JobsConfigurationError` if the name cannot be used.
 */
export function jobsMigrationsIn(schema: string): (new () => MigrationInterface)[] {
  const issue = schemaNameIssue(schema);
  if (issue !== null)
    throw new JobsConfigurationError({
      code: 'JOBS_INVALID_SCHEMA',
      what: 'The schema name given to jobsMigrationsIn() cannot be used.',
      issues: [{ path: 'schema', message: issue }],
    });
  return jobsMigrations.map((Migration) => {
    const stem = Migration.name.slice(0, -TIMESTAMP_DIGITS);
    const name = `${stem}.${schema}.${Migration.name.slice(-TIMESTAMP_DIGITS)}`;
    // One class stands for all of them, because TypeScript lets no class extend a union.
    return class extends (Migration as typeof CreateJobs1790000000000) {
      static readonly schema = schema;
      readonly name = name;
      protected override readonly schema = schema;
    };
  });
}
