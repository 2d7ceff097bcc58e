-- The names of all schedules, for the advice about an unknown one.
-- jobs_read_schedule_names: readScheduleNames in libs/jobs/src/store/sql/schedule/steer-schedules.sql.ts
select name from job_schedules order by name limit 1000
