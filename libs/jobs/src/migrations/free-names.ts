import type { QueryRunner } from 'typeorm';
import { JobsConfigurationError } from '../job/job.errors.js';
import { quoteIdentifier } from '../job/validate/schema-name.js';

/** All tables and indexes of the migrations. */
const RELATIONS =
  `jobs job_failures job_signals job_workers job_types job_schedules job_schedule_ticks job_queues job_stats
  job_dependencies job_audit job_database job_operations job_logs jobs_due jobs_running jobs_unique jobs_finished`.split(
    /\s+/,
  );

/** Throws `JobsConfigurationError` if the schema already has relations of these names, such as the host's `jobs`. */
export async function requireFreeNames(runner: QueryRunner, schema: string | undefined): Promise<void> {
  const taken = (await runner.query(
    `select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = coalesce($1, current_schema()) and c.relname = any($2) order by 2`,
    [schema ?? null, RELATIONS],
  )) as { schema: string; name: string }[];
  if (taken.length === 0) return;
  const place = taken[0]!.schema;
  throw new JobsConfigurationError({
    code: 'JOBS_TABLE_NAMES_TAKEN',
    what: `The schema "${place}" already has ${taken.map(({ name }) => name).join(', ')}. Nothing was changed.`,
    fix:
      "If they are the application's own: put the jobs elsewhere, with migrations: jobsMigrationsIn('app_jobs') in the " +
      'DataSource. If they are old tables of the jobs whose migrations were forgotten, such as by dropSchema in ' +
      `another schema: drop schema ${quoteIdentifier(place)} cascade.`,
  });
}
