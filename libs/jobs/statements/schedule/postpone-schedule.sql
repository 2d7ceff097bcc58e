-- Postpones a tick that threw.
-- Parameters: $1 name, $2 cron, $3 timeZone, $4 delayMs, $5 error.
-- jobs_postpone_schedule: postponeSchedule in libs/jobs/src/store/sql/schedule/schedules.sql.ts
update job_schedules
set failures = failures + 1, last_error = $5, updated_at = now(),
    retry_at = now() + $4::float8 * interval '1 millisecond'
where name = $1 and (cron, time_zone) = ($2, $3)
