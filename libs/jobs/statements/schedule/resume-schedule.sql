-- Null as the next run: it has ended.
-- Parameters: $1 name, $2 nextRunAt, $3 notBefore.
-- jobs_resume_schedule: resumeSchedule in libs/jobs/src/store/sql/schedule/steer-schedules.sql.ts
update job_schedules
set paused_at = null, paused_by = null, retry_at = $3,
    next_run_at = coalesce($2::timestamptz, 'infinity'), ended_at = case when $2::timestamptz is null then now() end
where name = $1
