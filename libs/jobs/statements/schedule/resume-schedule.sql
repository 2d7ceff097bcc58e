-- Parameters: $1 name, $2 nextRunAt.
-- jobs_resume_schedule: resumeSchedule in libs/jobs/src/store/sql/schedule/steer-schedules.sql.ts
update job_schedules
set paused_at = null, paused_by = null, next_run_at = $2, retry_at = null
where name = $1
