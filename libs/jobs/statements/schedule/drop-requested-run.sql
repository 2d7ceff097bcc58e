-- Ends the request for a run that threw.
-- Parameters: $1 name, $2 cron, $3 timeZone, $4 error.
-- jobs_drop_requested_run: dropRequestedRun in libs/jobs/src/store/sql/schedule/requested-runs.sql.ts
update job_schedules
set run_requested_at = null, failures = failures + 1, last_error = $4, updated_at = now()
where name = $1 and (cron, time_zone) = ($2, $3)
