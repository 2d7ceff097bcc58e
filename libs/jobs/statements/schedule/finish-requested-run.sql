-- Ends the request for a run that has fired.
-- Parameters: $1 name, $2 plannedAt.
-- jobs_finish_requested_run: finishRequestedRun in libs/jobs/src/store/sql/schedule/requested-runs.sql.ts
update job_schedules
set run_requested_at = null, last_planned_at = $2, failures = 0, last_error = null, updated_at = now()
where name = $1
