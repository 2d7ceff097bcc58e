import { JobsMigration, type QueryInSchema } from './jobs-migration.js';

/** Actions on more jobs than one transaction may change. Workers go through them batch by batch. */
export class RunOperations1790000000007 extends JobsMigration {
  protected async create(query: QueryInSchema): Promise<void> {
    await query(CREATE_TABLE);
    await query('create index job_operations_open on {job_operations} (next_at) where ended_at is null');
  }

  protected async drop(query: QueryInSchema): Promise<void> {
    await query('drop table {job_operations}');
  }
}

// `filter` is what people may see of the selection. `query` also has values of payloads, and goes when the operation ends.
const CREATE_TABLE = `
  create table {job_operations} (
    id uuid primary key default {jobs_new_id}(),
    format smallint not null,
    action varchar(20) not null,
    filter jsonb not null,
    query jsonb,
    actor varchar(200),
    status varchar(20) not null default 'pending'
      check (status in ('pending', 'processing', 'completed', 'failed', 'cancelled')),
    at_most int not null,
    total int not null,
    total_capped boolean not null,
    changed int not null default 0,
    skipped int not null default 0,
    after_id uuid,
    after_finished_at timestamptz,
    batch int not null,
    failures int not null default 0,
    error text,
    next_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    started_at timestamptz,
    updated_at timestamptz not null default now(),
    ended_at timestamptz,
    ended_by varchar(200)
  )`;
