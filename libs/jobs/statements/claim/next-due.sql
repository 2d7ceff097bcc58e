-- Milliseconds until the earliest pending job of the given lanes falls due; negative if it is due, null if there is
--   none.
-- Parameters: $1 shard, $2 queues, $3 priorities, $4 notifyChannel, $5 message, $6 fromTimes.
-- jobs_next_due: nextDue in libs/jobs/src/store/sql/claim/next-due.sql.ts
select
  min(extract(epoch from first.scheduled_at - now()))::float8 * 1000 as in_ms,
  case when $4::text is not null then pg_notify($4, $5) end as told
from unnest($2::text[], $3::smallint[], $6::timestamptz[]) as lane (queue, priority, from_time)
cross join lateral (
  select scheduled_at
  from jobs
  where shard = $1 and queue = lane.queue and status = 'pending' and priority = lane.priority
    and scheduled_at >= lane.from_time
  order by scheduled_at, id
  limit 1
) as first
