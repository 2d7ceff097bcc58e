-- Processes of older versions know this pause too, because the next run is never due.
-- Parameters: $1 name, $2 by.
-- jobs_pause_schedule: pauseSchedule in libs/jobs/src/store/sql/schedule/steer-schedules.sql.ts
update job_schedules
set paused_at = case when (next_run_at = 'infinity' and ended_at is null) then coalesce(paused_at, now()) else now() end,
    paused_by = $2, next_run_at = 'infinity', retry_at = null
where name = $1
