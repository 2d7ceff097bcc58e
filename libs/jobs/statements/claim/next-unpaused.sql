-- As `nextDue`, without the jobs of paused types.
-- Parameters: $1 shard, $2 notifyChannel, $3 message, $4 queues, $5 priorities, $6 fromTimes, $7 pausedTypes, $8 steps.
-- jobs_next_unpaused: nextUnpaused in libs/jobs/src/store/sql/claim/next-due.sql.ts
select
  min(extract(epoch from first.scheduled_at - now()))::float8 * 1000 as in_ms,
  case when $2::text is not null then pg_notify($2, $3) end as sent
from unnest($4::text[], $5::smallint[], $6::timestamptz[]) as lane (queue, priority, from_time)
cross join lateral (
  select coalesce(
    (
      select scheduled_at
      from (
        select scheduled_at, type
        from jobs
        where shard = $1 and queue = lane.queue and status = 'pending' and priority = lane.priority
          and scheduled_at >= lane.from_time and scheduled_at <= now()
        order by scheduled_at, id
        limit $8
      ) as seen
      where type <> all ($7::text[])
      limit 1
    ),
    (
      select scheduled_at
      from (
        select scheduled_at, type
        from jobs
        where shard = $1 and queue = lane.queue and status = 'pending' and priority = lane.priority
          and scheduled_at > greatest(lane.from_time, now())
        order by scheduled_at, id
        limit 1000
      ) as seen
      where type <> all ($7::text[])
      limit 1
    ),
    (
        select scheduled_at
        from jobs
        where shard = $1 and queue = lane.queue and status = 'pending' and priority = lane.priority
          and scheduled_at > greatest(lane.from_time, now())
        order by scheduled_at, id
        offset 999
        limit 1
    )
  ) as scheduled_at
) as first
