-- The first pending job of every lane that has any.
-- Parameters: $1 shard.
-- jobs_stats_survey: surveyHeads in libs/jobs/src/store/sql/stats/stats-survey.sql.ts
with recursive head (queue, priority, scheduled_at, id) as (
  (
    select queue, priority, scheduled_at, id
    from jobs
    where shard = $1 and status = 'pending'
    order by queue, priority, scheduled_at, id
    limit 1
  )
  union all
  select next.queue, next.priority, next.scheduled_at, next.id
  from head
  cross join lateral (
    select queue, priority, scheduled_at, id
    from jobs
    where shard = $1 and status = 'pending' and (queue, priority) > (head.queue, head.priority)
    order by queue, priority, scheduled_at, id
    limit 1
  ) as next
)
select
  head.queue, head.priority,
  extract(epoch from now() - head.scheduled_at)::float8 as due_seconds,
  to_char(least(head.scheduled_at, seen.until) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00"') as start_time,
  case when head.scheduled_at <= seen.until then head.id else repeat('0', 32)::uuid end as start_id,
  to_char(seen.until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00"') as seen_until
from (select now() - interval '5 seconds' as until) as seen
left join head on true
