-- Locks a schedule.
-- Parameters: $1 name.
-- jobs_lock_schedule: lockSchedule in libs/jobs/src/store/sql/schedule/steer-schedules.sql.ts
select
  cron, time_zone, code_cron, code_time_zone, catch_up, catch_up_last, job_type, overlap, jitter_ms,
  (extract(epoch from starts_at) * 1000)::float8 as starts_ms, (extract(epoch from ends_at) * 1000)::float8 as ends_ms, times, times_left, (next_run_at = 'infinity' and ended_at is null) as is_paused,
  updated_at > now() - interval '90 seconds' as is_held, (extract(epoch from next_run_at) * 1000)::float8 as next_run_ms, (extract(epoch from last_planned_at) * 1000)::float8 as last_planned_ms,
  (extract(epoch from now()) * 1000)::float8 as now_ms, ended_at is not null as has_ended
from job_schedules
where name = $1
for update
