-- Parameters: $1 name, $2 nextRunAt, $3 lastPlannedAt.
-- jobs_advance_schedule: advanceSchedule in libs/jobs/src/store/sql/schedule/schedules.sql.ts
update job_schedules
set next_run_at = $2, last_planned_at = coalesce($3, last_planned_at), failures = 0, last_error = null,
    retry_at = null, updated_at = now()
where name = $1
