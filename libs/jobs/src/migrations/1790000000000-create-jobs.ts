import type { QueryRunner } from 'typeorm';
import { JobsMigration, type QueryInSchema } from './jobs-migration.js';
import { requireFreeNames } from './free-names.js';

/**
 * Creates the tables of jobs. `shard` leads the primary key and every index, and the id carries its bucket, so that the
 * tables can be distributed later (docs/decisions/0002-router-safe-schema.md).
 */
export class CreateJobs1790000000000 extends JobsMigration {
  protected async create(query: QueryInSchema, runner: QueryRunner, schema: string | undefined): Promise<void> {
    await requireFreeNames(runner, schema);
    await query(CREATE_NEW_ID);
    await query(CREATE_JOBS);
    for (const index of CREATE_INDEXES) await query(index);
    await query(CREATE_FAILURES);
    await query(CREATE_SIGNALS);
  }

  protected async drop(query: QueryInSchema): Promise<void> {
    await query('drop table {job_signals}, {job_failures}, {jobs}');
    await query('drop function {jobs_new_id}()');
  }
}

/**
 * A UUIDv7 with bucket 0 in its last two bytes, for inserts by hand: PostgreSQL has `uuidv7()` only from 18 on. A body
 * with `return` is parsed now, so no caller's search path decides which functions it calls. `or replace`, because a
 * host's `dropSchema` drops tables but leaves functions behind.
 */
const CREATE_NEW_ID = `
  create or replace function {jobs_new_id}() returns uuid
  language sql volatile parallel safe
  return (
    select (
      lpad(to_hex(floor(extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
      || '7' || substr(random_hex, 14, 3)
      || substr(random_hex, 17, 12) || '0000'
    )::uuid
    from (select replace(gen_random_uuid()::text, '-', '') as random_hex) as source
  )`;

const CREATE_JOBS = `
  create table {jobs} (
    shard smallint not null default 0,
    id uuid not null default {jobs_new_id}(),
    type varchar(50) not null,
    payload jsonb default '{}',
    status varchar(20) not null default 'pending',
    queue varchar(50) not null default 'default',
    priority smallint not null default 5,
    crashes smallint not null default 0,
    attempts int not null default 0,
    max_attempts int not null default 5,
    run int not null default 0,
    scheduled_at timestamptz not null default now(),
    started_at timestamptz,
    completed_at timestamptz,
    worker_id uuid,
    timeout_ms int,
    retry jsonb,
    unique_key varchar(200),
    concurrency_key varchar(200),
    progress smallint,
    result jsonb,
    error text,
    tags varchar(50)[] not null default '{}',
    trace_context jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (shard, id),
    constraint jobs_type_named check (type <> ''),
    constraint jobs_status_known
      check (status in ('pending', 'blocked', 'processing', 'completed', 'failed', 'cancelled')),
    constraint jobs_worker_when_processing check ((status = 'processing') = (worker_id is not null)),
    constraint jobs_started_when_processing check (status <> 'processing' or started_at is not null),
    constraint jobs_completed_at_when_finished
      check ((status in ('completed', 'failed', 'cancelled')) = (completed_at is not null)),
    constraint jobs_scheduled_at_finite check (isfinite(scheduled_at)),
    constraint jobs_priority_range check (priority between 0 and 9),
    constraint jobs_attempts_range check (attempts >= 0 and max_attempts >= 1),
    constraint jobs_timeout_range check (timeout_ms > 0),
    constraint jobs_progress_range check (progress between 0 and 100)
  ) with (fillfactor = 80)`;

/**
 * Each index costs every job, so there are few. The claim reads jobs_due, the rescue jobs_running, pruning and the
 * statistics of failures jobs_finished. Completed jobs are pruned by the primary key (docs/decisions/0014-pruning.md).
 */
export const CREATE_INDEXES = [
  `create index jobs_due on {jobs} (shard, queue, priority, scheduled_at, id) where status = 'pending'`,
  `create index jobs_running on {jobs} (shard, worker_id) where status = 'processing'`,
  `create unique index jobs_unique on {jobs} (shard, queue, unique_key)
     where unique_key is not null and status in ('pending', 'blocked', 'processing')`,
  `create index jobs_finished on {jobs} (shard, completed_at) where status in ('failed', 'cancelled')`,
];

const CREATE_FAILURES = `
  create table {job_failures} (
    shard smallint not null default 0,
    job_id uuid not null,
    run int not null,
    attempt int not null,
    worker_id uuid,
    error text not null,
    failed_at timestamptz not null default now(),
    primary key (shard, job_id, run)
  )`;

/** A user's transaction never locks a running job's row: it leaves a signal for the worker that runs the job. */
const CREATE_SIGNALS = `
  create table {job_signals} (
    shard smallint not null default 0,
    job_id uuid not null,
    kind varchar(20) not null,
    created_at timestamptz not null default now(),
    primary key (shard, job_id, kind),
    constraint job_signals_kind_known check (kind in ('cancel'))
  )`;
