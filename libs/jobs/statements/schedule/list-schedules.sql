-- The given schedules, or all, with their latest ticks.
-- Parameters: $1 names, $2 ticks, $3 limit.
-- jobs_list_schedules: listSchedules in libs/jobs/src/store/sql/schedule/steer-schedules.sql.ts
select
  s.name, s.cron, s.time_zone, s.catch_up, next_run_at = 'infinity' as is_paused, updated_at > now() - interval '90 seconds' as is_held,
  case when next_run_at = 'infinity' then (extract(epoch from coalesce(s.paused_at, s.updated_at)) * 1000)::float8 end as paused_ms,
  case when next_run_at = 'infinity' then s.paused_by end as paused_by,
  (extract(epoch from s.next_run_at) * 1000)::float8 as next_run_ms, (extract(epoch from s.run_requested_at) * 1000)::float8 as requested_ms,
  (extract(epoch from s.last_planned_at) * 1000)::float8 as last_planned_ms, s.failures, left(s.last_error, 1000) as last_error,
  (extract(epoch from now()) * 1000)::float8 as now_ms, ticks.latest as ticks
from job_schedules as s
cross join lateral (
  select coalesce(
    jsonb_agg(
      jsonb_build_object('planned_ms', (extract(epoch from t.planned_at) * 1000)::float8, 'fired_ms', (extract(epoch from t.fired_at) * 1000)::float8)
      order by t.planned_at desc
    ),
    '[]'
  ) as latest
  from (
    select planned_at, fired_at from job_schedule_ticks where name = s.name order by planned_at desc limit $2
  ) as t
) as ticks
where $1::text[] is null or s.name = any ($1)
order by s.name
limit $3
