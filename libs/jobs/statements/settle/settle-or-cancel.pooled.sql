-- As `settleJobs`, for outcomes that may leave a job pending.
-- For connections through a pooler.
-- Parameters: $1 shard, $2 workerId, $3 ids, $4 runs, $5 statuses, $6 delaysMs, $7 startsUnused, $8 errors,
--   $9 failedAttempts, $10 results.
-- jobs_settle_or_cancel: settleOrCancel in libs/jobs/src/store/sql/settle/settle-jobs.sql.ts
with requested as materialized (
  select job_id from job_signals where shard = $1 and job_id = any (array(select id from unnest($3::uuid[]) as given (id)))
    and job_id >= (select id from unnest($3::uuid[]) as given (id) order by id limit 1)
    and job_id <= (select id from unnest($3::uuid[]) as given (id) order by id desc limit 1) and kind = 'cancel'
),
outcome as materialized (
  select
    id, run, delay_ms, start_unused, error, attempt_failed, result,
    case when status = 'pending' and id in (select job_id from requested) then 'cancelled' else status end as status
  from unnest(
    $3::uuid[], $4::int[], $5::text[], $6::float8[], $7::boolean[], $8::text[], $9::boolean[], $10::text[]
  ) as o (id, run, status, delay_ms, start_unused, error, attempt_failed, result)
),
settled as (
  update jobs as j
  set status = o.status,
      worker_id = null,
      updated_at = now(),
      completed_at = case when o.status = 'pending' then null else now() end,
      scheduled_at = case
        when o.status = 'pending' then now() + o.delay_ms * interval '1 millisecond' else j.scheduled_at
      end,
      attempts = j.attempts - o.start_unused::int,
      error = coalesce(o.error, case when o.status = 'cancelled' then 'Cancelled before its next run' end, j.error),
      result = coalesce(o.result::jsonb, j.result)
  from outcome as o
  where j.shard = $1 and j.id = any ($3::uuid[])
    and j.id >= (select id from unnest($3::uuid[]) as given (id) order by id limit 1)
    and j.id <= (select id from unnest($3::uuid[]) as given (id) order by id desc limit 1)
    and j.id = o.id and j.run = o.run and j.worker_id = $2 and (select set_config('lock_timeout', '250ms', true)) is not null
  returning j.id, j.run, j.status, j.attempts, o.attempt_failed, o.error
),
recorded as (
  insert into job_failures (shard, job_id, run, attempt, worker_id, error)
  select $1, id, run, attempts, $2, error from settled where attempt_failed
  on conflict do nothing
)
select id, run, status from settled
