import { JobsMigration, type QueryInSchema } from './jobs-migration.js';

/**
 * Gives `job_stats` the columns for statistics over time. It had others before, which nothing wrote. The table is altered
 * instead of made anew, so that it keeps its owner and the rights on it.
 */
export class RecordHistory1790000000004 extends JobsMigration {
  protected async create(query: QueryInSchema): Promise<void> {
    await query('delete from {job_stats}');
    await query(
      `alter table {job_stats} drop constraint job_stats_pkey, drop column minute, drop column worker_id,
         drop column outcome, drop column runs, drop column duration_ms, drop column wait_ms`,
    );
    await query(ADD_COLUMNS);
    // Every worker adds to the row of a minute, so a page keeps room for the row's next version.
    await query('alter table {job_stats} set (fillfactor = 70)');
    await query('create index job_stats_span on {job_stats} (span_s, starts_at)');
  }

  protected async drop(query: QueryInSchema): Promise<void> {
    await query('delete from {job_stats}');
    await query('drop index {job_stats_span}');
    await query('alter table {job_stats} reset (fillfactor)');
    await query(
      `alter table {job_stats} drop constraint job_stats_pkey, drop column queue, drop column span_s,
         drop column starts_at, drop column completed, drop column retried, drop column failed, drop column cancelled,
         drop column wait_ms, drop column run_ms, drop column waits, drop column runs`,
    );
    await query(
      `alter table {job_stats} add column minute timestamptz not null, add column worker_id uuid not null,
         add column outcome varchar(20) not null, add column runs bigint not null,
         add column duration_ms bigint not null, add column wait_ms bigint not null,
         add constraint job_stats_pkey primary key (minute, type, worker_id, outcome)`,
    );
  }
}

/**
 * One row for each span of time (60, 600, 3,600 or 86,400 seconds), type and queue. An empty `type` is the sum of a queue's
 * types, and an empty `queue` beside it the sum of all. `waits` and `runs` are histograms (docs/statistics.md).
 */
const ADD_COLUMNS = `
  alter table {job_stats}
    add column queue varchar(50) not null,
    add column span_s int not null,
    add column starts_at timestamptz not null,
    add column completed bigint not null,
    add column retried bigint not null,
    add column failed bigint not null,
    add column cancelled bigint not null,
    add column wait_ms bigint not null,
    add column run_ms bigint not null,
    add column waits int[] not null,
    add column runs int[] not null,
    add constraint job_stats_pkey primary key (type, queue, starts_at, span_s)`;
