import { JobsMigration, type QueryInSchema } from './jobs-migration.js';

/** What handlers tell while they run: the lines of `context.log()`, and the note of their progress. */
export class KeepLogs1790000000005 extends JobsMigration {
  protected async create(query: QueryInSchema): Promise<void> {
    await query('alter table {jobs} add column progress_note varchar(200)');
    await query(CREATE_LOGS);
  }

  protected async drop(query: QueryInSchema): Promise<void> {
    await query('drop table {job_logs}');
    await query('alter table {jobs} drop column progress_note');
  }
}

/**
 * `line` counts the lines of a job over all its runs, including dropped ones. `run_line` counts those of one run, so that a
 * write without a reply can be repeated. `fields` is `json`, because `jsonb` refuses characters that the database's
 * encoding lacks even where they are escaped.
 */
const CREATE_LOGS = `
  create table {job_logs} (
    shard smallint not null default 0,
    job_id uuid not null,
    line int not null,
    run int not null,
    run_line int not null,
    attempt int not null,
    logged_at timestamptz not null,
    message text not null,
    fields json,
    primary key (shard, job_id, line)
  )`;
