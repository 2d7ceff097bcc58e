-- Settles jobs that completed without a result and share one number of their run, as nearly all jobs do.
-- For connections through a pooler.
-- Parameters: $1 shard, $2 workerId, $3 ids, $4 run.
-- jobs_settle_completed: settleCompleted in libs/jobs/src/store/sql/settle/settle-completed.sql.ts
with settled as (
  update jobs
  set status = 'completed', worker_id = null, completed_at = now(), updated_at = now()
  where shard = $1 and id = any ($3::uuid[])
    and id >= (select id from unnest($3::uuid[]) as given (id) order by id limit 1)
    and id <= (select id from unnest($3::uuid[]) as given (id) order by id desc limit 1) and (select set_config('lock_timeout', '250ms', true)) is not null
    and run = $4 and worker_id = $2
  returning 1
)
select count(*)::int as written from settled
