-- Ends the request for a run that threw.
-- Parameters: $1 name, $2 cron, $3 timeZone, $4 error, $5 plannedAt.
-- jobs_drop_requested_run: dropRequestedRun in libs/jobs/src/store/sql/schedule/requested-runs.sql.ts
with dropped as (
  update job_schedules
  set run_requested_at = null, failures = failures + 1, last_error = $4, updated_at = now()
  where name = $1 and case
    when $2::text is null then job_type is not null
    else job_type is null and (coalesce(code_cron, cron), coalesce(code_time_zone, time_zone)) = ($2::text, $3::text)
  end
  returning name
)
insert into job_schedule_ticks as t (name, planned_at, outcome, error)
select name, $5::timestamptz, 'failed', $4
from dropped
where $5::timestamptz is not null
on conflict (name, planned_at) do update
set fired_at = now(), error = excluded.error
where t.outcome = 'failed'
