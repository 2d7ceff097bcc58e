-- Running jobs by queue and worker, among at most `limit` of them.
-- Parameters: $1 shard, $2 limit.
-- jobs_stats_held: countHeld in libs/jobs/src/store/sql/stats/stats-held.sql.ts
select queue, worker_id, count(*)::int as jobs
from (
  select queue, worker_id
  from jobs
  where shard = $1 and status = 'processing'
  order by worker_id
  limit $2
) as running
group by queue, worker_id
