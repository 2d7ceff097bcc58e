-- Deletes dead workers without running jobs: the old ones, and all but the last `keep` that died.
-- Parameters: $1 shardCount, $2 olderThanMs, $3 keep.
-- jobs_prune_workers: pruneWorkers in libs/jobs/src/store/sql/prune/prune.sql.ts
delete from job_workers as w
where w.dead_at < greatest(
    now() - $2::float8 * interval '1 millisecond',
    (select dead_at from job_workers where dead_at is not null order by dead_at desc offset $3::int - 1 limit 1)
  )
  and not exists (
    select 1
    from generate_series(0, $1::int - 1) as s (shard)
    join jobs as j on j.shard = s.shard and j.status = 'processing' and j.worker_id = w.id
  )
returning w.id
