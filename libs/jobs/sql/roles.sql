-- Least-privilege roles for the queue of @monstera/jobs. Run it as a superuser or as the owner of the tables with
-- CREATEROLE, after every migration: it can be run as often as you like.
--
--   psql "$DATABASE_DIRECT_URL" -v ON_ERROR_STOP=1 -f roles.sql
--
-- Where the tables are in a schema of their own, put that first, and the one with TypeORM's table of migrations after it:
--
--   PGOPTIONS='-c search_path=app,public' psql "$DATABASE_DIRECT_URL" -v ON_ERROR_STOP=1 -f roles.sql
--
-- None of the roles can log in. Grant them to the logins of your applications:
--
--   grant jobs_worker to my_worker;
--
-- jobs_owner     owns tables and functions: for the login that runs migrations
-- jobs_producer  adds jobs, by jobs_enqueue(), by an insert or by JobService.enqueue; reads no payload, changes no job
-- jobs_worker    what JobsModule needs to run jobs, to edit, cancel and retry them, to fire schedules, to pause and to steer
-- jobs_viewer    reads everything but payloads, results, logs and the audit: for dashboards and statistics
--
-- An API that shows, cancels and retries jobs (JobService.get, cancel, retry), or that steers queues, schedules and
-- workers, takes jobs_worker too.

do $$
begin
  if not exists (
    select from pg_attribute where attrelid = to_regclass('jobs') and attname = 'shard' and not attisdropped
  ) then
    raise exception '% is not a table of the jobs', coalesce(to_regclass('jobs')::text, 'jobs')
      using hint = 'Name the schema of the jobs by PGOPTIONS, as the head of this file says.';
  end if;
end
$$;

do $$
declare
  wanted text;
begin
  foreach wanted in array array['jobs_owner', 'jobs_producer', 'jobs_worker', 'jobs_viewer'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      execute format('create role %I nologin', wanted);
    end if;
  end loop;
end
$$;

-- From here on every statement says the whole truth about what the roles may do: what an earlier version granted goes.
do $$
declare
  queue_schema name := (select relnamespace::regnamespace::name from pg_class where oid = 'jobs'::regclass);
  relation regclass;
  routine regprocedure;
begin
  execute format('grant usage on schema %I to jobs_owner, jobs_producer, jobs_worker, jobs_viewer', queue_schema);
  execute format('grant create on schema %I to jobs_owner', queue_schema);
  foreach relation in array array[
    'jobs', 'job_failures', 'job_signals', 'job_workers', 'job_types', 'job_schedules', 'job_schedule_ticks',
    'job_queues', 'job_stats', 'job_dependencies', 'job_audit', 'job_database',
    'job_operations', 'job_logs'
  ]::regclass[] loop
    execute format('revoke all on %s from public, jobs_producer, jobs_worker, jobs_viewer', relation);
    execute format('alter table %s owner to jobs_owner', relation);
  end loop;
  foreach routine in array array['jobs_enqueue(text, jsonb, jsonb)', 'jobs_new_id()']::regprocedure[] loop
    execute format('alter function %s owner to jobs_owner', routine);
    execute format('revoke all on function %s from public', routine);
    execute format('grant execute on function %s to jobs_producer, jobs_worker', routine);
  end loop;
  -- What is to become of a restored copy is for whoever owns the tables to say.
  foreach routine in array array['jobs_adopt_copy()', 'jobs_clear_copy()']::regprocedure[] loop
    execute format('alter function %s owner to jobs_owner', routine);
    execute format('revoke all on function %s from public, jobs_producer, jobs_worker, jobs_viewer', routine);
  end loop;
  -- Applications compare the migrations that have run with those they know; the table's name is TypeORM's default.
  if pg_get_serial_sequence(to_regclass('migrations')::text, 'id') is not null then
    execute format(
      'grant usage on schema %s to jobs_owner, jobs_producer, jobs_worker, jobs_viewer',
      (select relnamespace::regnamespace from pg_class where oid = to_regclass('migrations'))
    );
    grant select on migrations to jobs_owner, jobs_producer, jobs_worker, jobs_viewer;
    grant insert, delete on migrations to jobs_owner;
    execute format('grant usage on sequence %s to jobs_owner', pg_get_serial_sequence('migrations', 'id'));
  end if;
end
$$;

-- Adding jobs. A producer's begin as pending, unused and unclaimed, because nothing else can be written.
grant insert (
  shard, id, type, payload, queue, priority, max_attempts, timeout_ms, retry, scheduled_at, unique_key, concurrency_key,
  tags, trace_context
) on jobs to jobs_producer, jobs_worker;
-- A worker that is idle inserts what its own process enqueues as claimed already.
grant insert (status, started_at, attempts, run, worker_id) on jobs to jobs_worker;
-- To tell whether a unique key is taken, and by which job.
grant select (shard, id, queue, unique_key, status) on jobs to jobs_producer;
grant select on job_types to jobs_producer, jobs_worker, jobs_viewer;

-- Running jobs, and editing those that wait. A job's type, queue and keys cannot be changed once it is there.
grant select, delete on jobs to jobs_worker;
grant update (
  status, attempts, crashes, run, scheduled_at, started_at, completed_at, worker_id, progress, result, error, updated_at,
  progress_note, payload, priority
) on jobs to jobs_worker;
grant select, insert, delete on job_failures to jobs_worker;
grant select, insert, delete on job_logs to jobs_worker;
grant select, insert, delete on job_signals to jobs_worker;
grant update (created_at) on job_signals to jobs_worker;
grant select, insert, delete on job_workers to jobs_worker;
grant update (last_seen_at, slots, wanted_slots, wanted_at, draining_since, dead_at) on job_workers to jobs_worker;
grant insert, update on job_types to jobs_worker;
grant select, insert, update, delete on job_schedules to jobs_worker;
grant select, insert, delete on job_schedule_ticks to jobs_worker;
grant update (fired_at, outcome, job_id, error) on job_schedule_ticks to jobs_worker;
-- An API that pauses and resumes queues and types takes this role.
grant select, insert, update on job_queues to jobs_worker;
grant select on job_database to jobs_worker, jobs_viewer;
grant select, insert, update, delete on job_stats to jobs_worker;
grant select, insert, delete on job_dependencies to jobs_worker;
grant select, insert, update, delete on job_operations to jobs_worker;
-- Whoever acts writes it down and can read it, and nobody but the owner can change what has been written.
grant select, insert on job_audit to jobs_worker;

-- Looking. Neither what jobs are given nor what they answer or log.
grant select (
  shard, id, type, status, queue, priority, attempts, max_attempts, crashes, run, scheduled_at, started_at, completed_at,
  worker_id, timeout_ms, retry, unique_key, concurrency_key, progress, progress_note, error, tags,
  created_at, updated_at
) on jobs to jobs_viewer;
grant select on job_failures, job_signals, job_workers, job_schedule_ticks, job_queues, job_stats, job_dependencies
  to jobs_viewer;
grant select (
  name, cron, time_zone, catch_up, next_run_at, last_planned_at, failures, last_error, retry_at, paused_at, paused_by,
  run_requested_at, job_type, overlap, jitter_ms, catch_up_last, starts_at, ends_at, times, times_left, ended_at, code_cron,
  code_time_zone, set_at, set_by, updated_at
) on job_schedules to jobs_viewer;
-- All but what they look for, which may have values of payloads.
grant select (
  id, format, action, filter, actor, status, at_most, total, total_capped, changed, skipped, refused, refusal, after_id,
  after_finished_at, batch, failures, error, next_at, created_at, started_at, updated_at, ended_at, ended_by
) on job_operations to jobs_viewer;
