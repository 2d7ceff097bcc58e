import type { QueryRunner } from 'typeorm';
import { CLEAR_COPY } from './1790000000002-know-database.js';
import { JobsMigration, type QueryInSchema } from './jobs-migration.js';
import { pinSearchPath } from './pin-search-path.js';

/**
 * Counts the jobs that an operation leaves out because the database refuses to change them. `jobs_clear_copy()` leaves
 * nothing behind of what it removes.
 */
export class CountRefused1790000000008 extends JobsMigration {
  protected async create(query: QueryInSchema, runner: QueryRunner, schema: string | undefined): Promise<void> {
    await query('alter table {job_operations} add column refused int not null default 0, add column refusal text');
    await query(CLEAR_WHOLE_COPY);
    // A function that is replaced loses its search path.
    await pinSearchPath(query, runner, { routine: CLEAR_COPY.name, schema });
  }

  protected async drop(query: QueryInSchema, runner: QueryRunner, schema: string | undefined): Promise<void> {
    await query(CLEAR_COPY.text);
    await pinSearchPath(query, runner, { routine: CLEAR_COPY.name, schema });
    await query('alter table {job_operations} drop column refused, drop column refusal');
  }
}

/**
 * What other tables have of jobs that are gone goes too, also of those that an earlier version of this function removed.
 * An operation that has not ended would go on in the copy, and so would a run of a schedule that somebody asked for.
 */
const CLEAR_WHOLE_COPY = `
  create or replace function {jobs_clear_copy}() returns bigint language plpgsql as $$
  declare
    removed bigint;
  begin
    delete from {jobs} where status in ('pending', 'blocked', 'processing');
    get diagnostics removed = row_count;
    delete from {job_failures} as f
    where not exists (select from {jobs} as j where j.shard = f.shard and j.id = f.job_id);
    delete from {job_signals} as s
    where not exists (select from {jobs} as j where j.shard = s.shard and j.id = s.job_id);
    delete from {job_logs} as l
    where not exists (select from {jobs} as j where j.shard = l.shard and j.id = l.job_id);
    delete from {job_dependencies} as d
    where not exists (select from {jobs} as j where j.shard = d.shard and j.id = d.job_id);
    delete from {job_operations} where ended_at is null;
    update {job_schedules} set run_requested_at = null where run_requested_at is not null;
    perform {jobs_adopt_copy}();
    return removed;
  end
  $$`;
