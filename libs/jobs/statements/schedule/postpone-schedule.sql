-- Postpones a tick that threw, and notes it as failed.
-- Parameters: $1 name, $2 cron, $3 timeZone, $4 delayMs, $5 error, $6 plannedAt.
-- jobs_postpone_schedule: postponeSchedule in libs/jobs/src/store/sql/schedule/schedules.sql.ts
with postponed as (
  update job_schedules
  set failures = failures + 1, last_error = $5, updated_at = now(),
      retry_at = now() + $4::float8 * interval '1 millisecond'
  where name = $1 and case
    when $2::text is null then job_type is not null
    else job_type is null and (coalesce(code_cron, cron), coalesce(code_time_zone, time_zone)) = ($2::text, $3::text)
  end
  returning name
)
insert into job_schedule_ticks as t (name, planned_at, outcome, error)
select name, $6::timestamptz, 'failed', $5
from postponed
where $6::timestamptz is not null
on conflict (name, planned_at) do update
set fired_at = now(), error = excluded.error
where t.outcome = 'failed'
