-- Pending jobs of the given lanes by type; of each lane, the `limitPerLane` jobs that fall due first.
-- Parameters: $1 shard, $2 queues, $3 priorities, $4 startTimes, $5 startIds, $6 limitPerLane.
-- jobs_stats_pending: countPending in libs/jobs/src/store/sql/stats/stats-pending.sql.ts
select lane.n::int as lane, seen.type, count(*)::int as jobs
from unnest($2::text[], $3::smallint[], $4::timestamptz[], $5::uuid[]) with ordinality
  as lane (queue, priority, start_time, start_id, n)
cross join lateral (
  select type
  from jobs
  where shard = $1 and queue = lane.queue and status = 'pending' and priority = lane.priority
    and (scheduled_at, id) >= (lane.start_time, lane.start_id)
  order by scheduled_at, id
  limit $6
) as seen
group by lane.n, seen.type
