-- The living workers, those that have died within a day, and those that are dead but still hold jobs.
-- Parameters: $1 shardCount.
-- jobs_read_workers: readWorkers in libs/jobs/src/store/sql/doctor/read-workers.sql.ts
select
  w.id, w.host, w.pid, w.version, w.queues, w.slots, held.jobs as running,
  (extract(epoch from w.started_at) * 1000)::float8 as started_ms, (extract(epoch from w.last_seen_at) * 1000)::float8 as last_seen_ms,
  extract(epoch from now() - w.last_seen_at)::float8 as silent_seconds,
  w.dead_at is not null as dead
from job_workers as w
cross join lateral (
  select count(*)::int as jobs
  from (
    select
    from generate_series(0, $1::int - 1) as s (shard)
    cross join lateral (
      select from jobs where shard = s.shard and status = 'processing' and worker_id = w.id limit 1001
    ) as own
    limit 1001
  ) as counted
) as held
where w.dead_at is null or w.dead_at > now() - interval '1 day' or held.jobs > 0
order by w.dead_at is not null, w.last_seen_at desc, w.id
limit 1000
