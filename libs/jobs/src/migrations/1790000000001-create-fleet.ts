import type { QueryRunner } from 'typeorm';
import { JobsMigration, type QueryInSchema } from './jobs-migration.js';
import { pinSearchPath } from './pin-search-path.js';

/** Creates the small tables: workers, definitions, schedules, queues, statistics. */
export class CreateFleet1790000000001 extends JobsMigration {
  protected async create(query: QueryInSchema, runner: QueryRunner, schema: string | undefined): Promise<void> {
    for (const table of CREATE_TABLES) await query(table);
    await query(CREATE_ENQUEUE);
    await pinSearchPath(query, runner, { routine: '{jobs_enqueue}(text, jsonb, jsonb)', schema });
  }

  protected async drop(query: QueryInSchema): Promise<void> {
    await query('drop function {jobs_enqueue}(text, jsonb, jsonb)');
    await query(
      `drop table {job_audit}, {job_dependencies}, {job_stats}, {job_queues}, {job_schedule_ticks}, {job_schedules},
         {job_types}, {job_workers}`,
    );
  }
}

const CREATE_TABLES = [
  // One row per worker process. Its last_seen_at is the lease of all its jobs.
  `create table {job_workers} (
    id uuid primary key,
    host varchar(255) not null,
    pid int not null,
    version varchar(50) not null,
    queues varchar(50)[] not null,
    slots int not null,
    started_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    dead_at timestamptz
  )`,
  `create table {job_types} (
    type varchar(50) primary key,
    queue varchar(50) not null,
    priority smallint not null,
    max_attempts int not null,
    timeout_ms int not null,
    retry jsonb not null,
    updated_at timestamptz not null default now()
  )`,
  `create table {job_schedules} (
    name varchar(50) primary key,
    cron varchar(100) not null,
    time_zone varchar(50) not null,
    catch_up varchar(10) not null,
    next_run_at timestamptz not null,
    last_planned_at timestamptz,
    failures int not null default 0,
    last_error text,
    retry_at timestamptz,
    updated_at timestamptz not null default now(),
    constraint job_schedules_catch_up_known check (catch_up in ('none', 'latest', 'all'))
  )`,
  `create table {job_schedule_ticks} (
    name varchar(50) not null,
    planned_at timestamptz not null,
    fired_at timestamptz not null default now(),
    primary key (name, planned_at)
  )`,
  `create table {job_queues} (
    name varchar(50) primary key,
    paused_at timestamptz,
    concurrency_limit int,
    updated_at timestamptz not null default now(),
    constraint job_queues_limit_range check (concurrency_limit >= 0)
  )`,
  `create table {job_stats} (
    minute timestamptz not null,
    type varchar(50) not null,
    worker_id uuid not null,
    outcome varchar(20) not null,
    runs bigint not null,
    duration_ms bigint not null,
    wait_ms bigint not null,
    primary key (minute, type, worker_id, outcome)
  )`,
  `create table {job_dependencies} (
    shard smallint not null default 0,
    job_id uuid not null,
    depends_on uuid not null,
    primary key (shard, job_id, depends_on)
  )`,
  `create table {job_audit} (
    id uuid primary key default {jobs_new_id}(),
    actor varchar(200) not null,
    action varchar(50) not null,
    job_id uuid,
    details jsonb not null default '{}',
    created_at timestamptz not null default now()
  )`,
];

/**
 * Enqueues jobs from other languages: \`select jobs_enqueue('data_cleanup', '{"days_to_keep": 90}')\`. Defaults come
 * from job_types. Options are queue, priority, max_attempts, timeout_ms, scheduled_at and unique_key. It tries again if
 * the holder of the unique key finishes between the insert and the look-up.
 */
const CREATE_ENQUEUE = `
  create or replace function {jobs_enqueue}(job_type text, job_payload jsonb, options jsonb default '{}') returns uuid
  language plpgsql volatile
  as $$
  declare
    known {job_types}%rowtype;
    unknown_option text;
    job uuid;
  begin
    select key into unknown_option from jsonb_object_keys(options) as given (key)
    where key not in ('queue', 'priority', 'max_attempts', 'timeout_ms', 'scheduled_at', 'unique_key') limit 1;
    if found then
      raise exception 'JOBS_INVALID_OPTION: there is no option "%"', unknown_option
        using hint = 'Options are queue, priority, max_attempts, timeout_ms, scheduled_at and unique_key.';
    end if;
    select * into known from {job_types} where type = job_type;
    if not found then
      raise exception 'JOBS_UNKNOWN_TYPE: no job type "%" is registered', job_type
        using hint = 'Types are registered when an application that knows their definition boots.';
    end if;
    for attempt in 1..5 loop
      insert into {jobs} (type, payload, queue, priority, max_attempts, timeout_ms, scheduled_at, unique_key)
      values (
        job_type,
        coalesce(job_payload, '{}'),
        coalesce(options ->> 'queue', known.queue),
        coalesce((options ->> 'priority')::smallint, known.priority),
        coalesce((options ->> 'max_attempts')::int, known.max_attempts),
        coalesce((options ->> 'timeout_ms')::int, known.timeout_ms),
        coalesce((options ->> 'scheduled_at')::timestamptz, now()),
        options ->> 'unique_key'
      )
      on conflict (shard, queue, unique_key)
        where unique_key is not null and status in ('pending', 'blocked', 'processing') do nothing
      returning id into job;
      exit when job is not null;
      select id into job from {jobs}
      where shard = 0 and queue = coalesce(options ->> 'queue', known.queue)
        and unique_key = options ->> 'unique_key' and status in ('pending', 'blocked', 'processing');
      exit when job is not null;
    end loop;
    if job is null then
      raise exception 'JOBS_UNIQUE_KEY_CONTENDED: the unique key "%" kept changing hands', options ->> 'unique_key'
        using hint = 'Try again.';
    end if;
    return job;
  end
  $$`;
