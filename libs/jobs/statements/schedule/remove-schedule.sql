-- Parameters: $1 name.
-- jobs_remove_schedule: removeSchedule in libs/jobs/src/store/sql/schedule/make-schedules.sql.ts
with ticks as (
  delete from job_schedule_ticks where name = $1
)
delete from job_schedules where name = $1
