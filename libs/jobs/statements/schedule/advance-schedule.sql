-- Parameters: $1 name, $2 nextRunAt, $3 lastPlannedAt, $4 notBefore, $5 times.
-- jobs_advance_schedule: advanceSchedule in libs/jobs/src/store/sql/schedule/fire-schedules.sql.ts
update job_schedules
set next_run_at = coalesce($2::timestamptz, 'infinity'), ended_at = case when $2::timestamptz is null then now() end,
    last_planned_at = coalesce($3, last_planned_at), failures = 0, last_error = null, retry_at = $4,
    times_left = times_left - $5::int, updated_at = now()
where name = $1
