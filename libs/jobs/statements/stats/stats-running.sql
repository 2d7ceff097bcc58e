-- Running jobs by type, and how many of them have run too long, among at most `limit` jobs.
-- Parameters: $1 shard, $2 minutes, $3 limit.
-- jobs_stats_running: countRunning in libs/jobs/src/store/sql/stats/stats-running.sql.ts
with types as materialized (select type, timeout_ms from job_types)
select
  type,
  count(*)::int as jobs,
  (count(*) filter (where too_long_from < now()))::int as too_long
from (
select
  j.*,
  j.started_at + coalesce(
    $2::float8 * interval '1 minute',
    (j.timeout_ms + 10000) * interval '1 millisecond'
  ) as too_long_from
from (
  select l.id, l.type, l.worker_id, l.started_at, coalesce(l.timeout_ms, t.timeout_ms, 300000)::float8 as timeout_ms
  from (
    select id, type, worker_id, started_at, timeout_ms
    from jobs
    where shard = $1 and status = 'processing'
    order by worker_id
    limit $3
  ) as l
  left join types as t on t.type = l.type
) as j) as running
group by type
