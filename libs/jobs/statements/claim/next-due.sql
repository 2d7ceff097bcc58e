-- Milliseconds until the earliest pending job of the given lanes falls due; negative if it is due, null if there is
--   none.
-- Parameters: $1 shard, $2 notifyChannel, $3 message, $4 queues, $5 priorities, $6 fromTimes.
-- jobs_next_due: nextDue in libs/jobs/src/store/sql/claim/next-due.sql.ts
select
  min(extract(epoch from first.scheduled_at - now()))::float8 * 1000 as in_ms,
  case when $2::text is not null then pg_notify($2, $3) end as sent
from unnest($4::text[], $5::smallint[], $6::timestamptz[]) as lane (queue, priority, from_time)
cross join lateral (
  select scheduled_at
  from jobs
  where shard = $1 and queue = lane.queue and status = 'pending' and priority = lane.priority
    and scheduled_at >= lane.from_time
  order by scheduled_at, id
  limit 1
) as first
