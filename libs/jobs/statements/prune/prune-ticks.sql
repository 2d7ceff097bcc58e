-- Deletes old ticks, those beyond the latest `keep` of each schedule, and signals that no worker picked up.
-- Parameters: $1 olderThanMs, $2 keep, $3 limit.
-- jobs_prune_ticks: pruneTicks in libs/jobs/src/store/sql/prune/prune.sql.ts
with stale as (
  delete from job_signals where created_at < now() - $1::float8 * interval '1 millisecond'
),
surplus as materialized (
  select name, (
      select planned_at from job_schedule_ticks where name = s.name order by planned_at desc offset $2::int limit 1
    ) as latest
  from job_schedules as s
),
old as (
  select t.name, t.planned_at
  from surplus as s
  join job_schedule_ticks as t on t.name = s.name and t.planned_at <= s.latest
  union all
  select name, planned_at from job_schedule_ticks where fired_at < now() - $1::float8 * interval '1 millisecond'
  limit $3
)
delete from job_schedule_ticks as t
using old
where t.name = old.name and t.planned_at = old.planned_at
returning t.name
