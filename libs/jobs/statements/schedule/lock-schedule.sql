-- Locks a schedule.
-- Parameters: $1 name.
-- jobs_lock_schedule: lockSchedule in libs/jobs/src/store/sql/schedule/steer-schedules.sql.ts
select cron, time_zone, next_run_at = 'infinity' as is_paused, updated_at > now() - interval '90 seconds' as is_held, (extract(epoch from now()) * 1000)::float8 as now_ms
from job_schedules
where name = $1
for update
