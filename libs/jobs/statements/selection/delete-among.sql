-- Deletes those of the given jobs that have finished, except those that another transaction holds.
-- Parameters: $1 shard, $2 ids.
-- jobs_delete_among: deleteAmong in libs/jobs/src/store/sql/selection/delete-jobs.sql.ts
with old as materialized (
  select id
  from jobs
  where shard = $1 and id = any ($2::uuid[])
    and id >= (select id from unnest($2::uuid[]) as given (id) order by id limit 1)
    and id <= (select id from unnest($2::uuid[]) as given (id) order by id desc limit 1) and status in ('completed', 'failed', 'cancelled')
  order by id
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
select count(*)::int as deleted from gone
