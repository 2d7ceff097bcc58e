-- As `findBehind`, without the jobs of paused types (docs/decisions/0035-paused-types.md).
-- Parameters: $1 shard, $2 queues, $3 priorities, $4 afterTimes, $5 afterIds, $6 untilTimes, $7 to, $8 limit,
--   $9 pausedTypes, $10 steps.
-- jobs_find_unpaused: findUnpaused in libs/jobs/src/store/sql/claim/find-behind.sql.ts
with found as materialized (
  select behind.id, behind.run, lane.queue, lane.priority, behind.scheduled_at as time
  from unnest($2::text[], $3::smallint[], $4::timestamptz[], $5::uuid[], $6::timestamptz[])
    as lane (queue, priority, after_time, after_id, until_time)
  cross join lateral (
    select id, run, scheduled_at
    from (
      select id, run, scheduled_at, type
      from jobs
      where shard = $1
        and queue = lane.queue
        and status = 'pending'
        and priority = lane.priority
        and (scheduled_at, id) > (lane.after_time, lane.after_id)
        and scheduled_at <= least(lane.until_time, $7::timestamptz, now())
      order by scheduled_at, id
      limit $10
    ) as near
    where type <> all ($9::text[])
    limit $8
  ) as behind
  limit $8
)
select
  extract(epoch from now())::float8 * 1000 as now_ms,
  (select coalesce(json_agg(found), '[]') from found) as found
