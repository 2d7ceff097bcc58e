-- A request that has not fired yet stays as it is.
-- Parameters: $1 name.
-- jobs_request_run: requestRun in libs/jobs/src/store/sql/schedule/steer-schedules.sql.ts
update job_schedules
set run_requested_at = coalesce(run_requested_at, date_trunc('milliseconds', now()))
where name = $1
