-- How long the oldest due job of each of the given lanes has been due, without the jobs of paused types.
-- Parameters: $1 shard, $2 queues, $3 priorities, $4 startTimes, $5 startIds, $6 pausedTypes.
-- jobs_stats_unpaused: readUnpausedAges in libs/jobs/src/store/sql/stats/stats-unpaused.sql.ts
select lane.n::int as lane, extract(epoch from now() - coalesce(
  (
    select scheduled_at
    from (
      select scheduled_at, type
      from jobs
      where shard = $1 and queue = lane.queue and status = 'pending' and priority = lane.priority
        and (scheduled_at, id) >= (lane.start_time, lane.start_id) and scheduled_at <= now()
      order by scheduled_at, id
      limit 10000
    ) as near
    where type <> all ($6::text[])
    limit 1
  ),
  (
      select scheduled_at
      from jobs
      where shard = $1 and queue = lane.queue and status = 'pending' and priority = lane.priority
        and (scheduled_at, id) >= (lane.start_time, lane.start_id) and scheduled_at <= now()
      order by scheduled_at, id
      offset 9999
      limit 1
  )
))::float8 as due_seconds
from unnest($2::text[], $3::smallint[], $4::timestamptz[], $5::uuid[]) with ordinality
  as lane (queue, priority, start_time, start_id, n)
