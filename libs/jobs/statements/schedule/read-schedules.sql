-- The given schedules, and those made at run time.
-- Parameters: $1 names.
-- jobs_read_schedules: readSchedules in libs/jobs/src/store/sql/schedule/schedules.sql.ts
select name, coalesce(code_cron, cron) as cron, coalesce(code_time_zone, time_zone) as time_zone, catch_up,
  catch_up_last, job_type is not null as is_made,
  case
    when run_requested_at is null then (extract(epoch from greatest(next_run_at, retry_at)) * 1000)::float8 - (extract(epoch from now()) * 1000)::float8
    else 0
  end as due_in_ms,
  updated_at > now() - interval '30 seconds' as is_held,
  updated_at < now() - interval '90 seconds' as is_abandoned
from job_schedules
where name = any ($1) or job_type is not null
