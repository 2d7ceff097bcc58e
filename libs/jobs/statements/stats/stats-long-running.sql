-- The jobs that have run too long, longest first: at most `take` of them, among at most `limit` running jobs.
-- Parameters: $1 shard, $2 minutes, $3 limit, $4 take.
-- jobs_stats_long_running: findLongRunning in libs/jobs/src/store/sql/stats/stats-running.sql.ts
with types as materialized (select type, timeout_ms from job_types)
select
  longest.id, longest.type, w.host, (extract(epoch from longest.started_at) * 1000)::float8 as started_ms,
  extract(epoch from now() - longest.started_at)::float8 as running_seconds,
  longest.timeout_ms / 1000 as timeout_seconds
from (
  select *
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
  where too_long_from < now()
  order by started_at
  limit $4
) as longest
left join job_workers as w on w.id = longest.worker_id
order by longest.started_at
