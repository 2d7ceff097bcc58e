-- As `surveyHeads`, with the jobs of each lane.
-- Parameters: $1 shard, $2 limit, $3 limitLater.
-- jobs_stats_sizes: surveySizes in libs/jobs/src/store/sql/stats/stats-survey.sql.ts
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
),
share as materialized (
  select
    ceil(($2::int - case when bool_or(not head.scheduled_at <= now()) then $3::int else 0 end)::float8 / greatest(count(*) filter (where head.scheduled_at <= now()), 1))::int as due,
    ceil(($3::int)::float8 / greatest(count(*) filter (where not head.scheduled_at <= now()), 1))::int as later
  from head
)
select
  head.queue, head.priority,
  extract(epoch from now() - head.scheduled_at)::float8 as due_seconds,
  to_char(least(head.scheduled_at, seen.until) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00"') as start_time,
  case when head.scheduled_at <= seen.until then head.id else repeat('0', 32)::uuid end as start_id,
  to_char(seen.until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00"') as seen_until,
  size.jobs, share.counted_to
from (select now() - interval '5 seconds' as until) as seen
left join head on true
left join lateral (select case when head.scheduled_at <= now() then due else later end as counted_to from share) as share on true
left join lateral (
  select count(*)::int as jobs
  from (
    select
    from jobs
    where shard = $1 and queue = head.queue and status = 'pending' and priority = head.priority
      and (scheduled_at, id) >= (head.scheduled_at, head.id)
    order by scheduled_at, id
    limit share.counted_to
  ) as seen_jobs
) as size on true
