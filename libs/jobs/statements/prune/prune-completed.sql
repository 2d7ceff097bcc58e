-- Reads the next rows by id, and deletes old completed jobs among them (docs/decisions/0014-pruning.md).
-- Parameters: $1 shard, $2 olderThanMs, $3 afterId, $4 oldIdsOnly, $5 limit.
-- jobs_prune_completed: pruneCompleted in libs/jobs/src/store/sql/prune/prune.sql.ts
with page as materialized (
  select id
  from jobs
  where shard = $1 and id > $3 and id <= case when $4::boolean then (
    lpad(to_hex(greatest(extract(epoch from now()) * 1000 - $2::float8, 0)::bigint), 12, '0') || repeat('f', 20)
  )::uuid else repeat('f', 32)::uuid end
  order by id
  limit $5
),
old as materialized (
  select id
  from jobs
  where shard = $1 and id > $3 and id <= (select id from page order by id desc limit 1)
    and status = 'completed' and completed_at < now() - $2::float8 * interval '1 millisecond'
  for update skip locked
),
failures as (
  delete from job_failures where shard = $1 and job_id = any (array(select id from old))
    and job_id >= (select id from old order by id limit 1)
    and job_id <= (select id from old order by id desc limit 1)
),
signals as (
  delete from job_signals where shard = $1 and job_id = any (array(select id from old))
    and job_id >= (select id from old order by id limit 1)
    and job_id <= (select id from old order by id desc limit 1)
),
logs as (
  delete from job_logs where shard = $1 and job_id = any (array(select id from old))
    and job_id >= (select id from old order by id limit 1)
    and job_id <= (select id from old order by id desc limit 1)
),
gone as (
  delete from jobs where shard = $1 and id = any (array(select id from old))
    and id >= (select id from old order by id limit 1)
    and id <= (select id from old order by id desc limit 1)
  returning 1
)
select
  (select count(*)::int from page) as looked,
  (select id from page order by id desc limit 1) as last_id,
  (select count(*)::int from gone) as pruned
