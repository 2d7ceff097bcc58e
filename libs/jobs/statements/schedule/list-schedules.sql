-- The given schedules, or all, with their latest ticks.
-- Parameters: $1 names, $2 ticks, $3 limit.
-- jobs_list_schedules: listSchedules in libs/jobs/src/store/sql/schedule/steer-schedules.sql.ts
select
  s.name,
  cron, time_zone, code_cron, code_time_zone, catch_up, catch_up_last, job_type, overlap, jitter_ms,
  (extract(epoch from starts_at) * 1000)::float8 as starts_ms, (extract(epoch from ends_at) * 1000)::float8 as ends_ms, times, times_left, (next_run_at = 'infinity' and ended_at is null) as is_paused,
  updated_at > now() - interval '90 seconds' as is_held, (extract(epoch from next_run_at) * 1000)::float8 as next_run_ms, (extract(epoch from last_planned_at) * 1000)::float8 as last_planned_ms,
  (extract(epoch from now()) * 1000)::float8 as now_ms,
  case when (next_run_at = 'infinity' and ended_at is null) then (extract(epoch from coalesce(s.paused_at, s.updated_at)) * 1000)::float8 end as paused_ms,
  case when (next_run_at = 'infinity' and ended_at is null) then s.paused_by end as paused_by,
  (extract(epoch from s.set_at) * 1000)::float8 as set_ms, s.set_by, (extract(epoch from s.ended_at) * 1000)::float8 as ended_ms,
  (extract(epoch from s.run_requested_at) * 1000)::float8 as requested_ms, s.failures, left(s.last_error, 1000) as last_error,
  ticks.latest as ticks
from job_schedules as s
cross join lateral (
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'planned_ms', (extract(epoch from t.planned_at) * 1000)::float8, 'fired_ms', (extract(epoch from t.fired_at) * 1000)::float8, 'outcome', t.outcome,
        'job_id', t.job_id, 'error', left(t.error, 1000)
      )
      order by t.planned_at desc
    ),
    '[]'
  ) as latest
  from (
    select planned_at, fired_at, outcome, job_id, error
    from job_schedule_ticks
    where name = s.name
    order by planned_at desc
    limit $2
  ) as t
) as ticks
where $1::text[] is null or s.name = any ($1)
order by s.name
limit $3
