-- Deletes jobs that failed or were cancelled more than `olderThanMs` ago.
-- Parameters: $1 shard, $2 olderThanMs, $3 limit.
-- jobs_prune_failed: pruneFailed in libs/jobs/src/store/sql/prune/prune.sql.ts
with old as materialized (
  select id
  from jobs
  where shard = $1 and status in ('failed', 'cancelled') and completed_at < now() - $2::float8 * interval '1 millisecond'
  limit $3
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
select count(*)::int as pruned from gone
