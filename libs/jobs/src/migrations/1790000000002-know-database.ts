import type { QueryRunner } from 'typeorm';
import { JobsMigration, type QueryInSchema } from './jobs-migration.js';
import { pinSearchPath } from './pin-search-path.js';

/** Records in which database the jobs were created, to tell a copy from the original. */
export class KnowDatabase1790000000002 extends JobsMigration {
  protected async create(query: QueryInSchema, runner: QueryRunner, schema: string | undefined): Promise<void> {
    await query(CREATE_TABLE);
    for (const routine of ROUTINES) {
      await query(routine.text);
      await pinSearchPath(query, runner, { routine: routine.name, schema });
    }
    await query('select {jobs_adopt_copy}()');
  }

  protected async drop(query: QueryInSchema): Promise<void> {
    for (const { name } of ROUTINES) await query(`drop function ${name}`);
    await query('drop table {job_database}');
  }
}

// Has one row. The system identifier is the cluster's, so a dump that is restored elsewhere does not carry it over.
const CREATE_TABLE = `
  create table {job_database} (
    is_only boolean primary key default true check (is_only),
    system_identifier bigint not null,
    oid bigint not null,
    noted_at timestamptz not null default now()
  )`;

const ADOPT_COPY = {
  name: '{jobs_adopt_copy}()',
  text: `
  create or replace function {jobs_adopt_copy}() returns void language sql as $$
    insert into {job_database} (system_identifier, oid)
    select (select system_identifier from pg_control_system()), oid::bigint
    from pg_database
    where datname = current_database()
    on conflict (is_only) do update
    set system_identifier = excluded.system_identifier, oid = excluded.oid, noted_at = now()
  $$`,
};

/** A later migration replaces it, and takes it back when it is undone. */
export const CLEAR_COPY = {
  name: '{jobs_clear_copy}()',
  text: `
  create or replace function {jobs_clear_copy}() returns bigint language plpgsql as $$
  declare
    removed bigint;
  begin
    delete from {jobs} where status in ('pending', 'processing');
    get diagnostics removed = row_count;
    perform {jobs_adopt_copy}();
    return removed;
  end
  $$`,
};

const ROUTINES = [ADOPT_COPY, CLEAR_COPY];
