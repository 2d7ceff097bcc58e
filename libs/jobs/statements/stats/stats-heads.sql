-- As `surveyHeads`, but only for the given lanes.
-- Parameters: $1 shard, $2 queues, $3 priorities, $4 startTimes, $5 startIds.
-- jobs_stats_heads: readHeads in libs/jobs/src/store/sql/stats/stats-heads.sql.ts
with head as (
  select lane.queue, lane.priority, first.scheduled_at, first.id
  from unnest($2::text[], $3::smallint[], $4::timestamptz[], $5::uuid[]) as lane (queue, priority, start_time, start_id)
  cross join lateral (
    select scheduled_at, id
    from jobs
    where shard = $1 and queue = lane.queue and status = 'pending' and priority = lane.priority
      and (scheduled_at, id) >= (lane.start_time, lane.start_id)
    order by scheduled_at, id
    limit 1
  ) as first
)
select
  head.queue, head.priority,
  extract(epoch from now() - head.scheduled_at)::float8 as due_seconds,
  to_char(least(head.scheduled_at, seen.until) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00"') as start_time,
  case when head.scheduled_at <= seen.until then head.id else repeat('0', 32)::uuid end as start_id,
  to_char(seen.until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00"') as seen_until
from (select now() - interval '5 seconds' as until) as seen
left join head on true
