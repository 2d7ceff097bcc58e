-- Makes those of the given pending jobs due that would fall due later, except those that another transaction holds.
-- Parameters: $1 shard, $2 ids.
-- jobs_run_now_among: runNowAmong in libs/jobs/src/store/sql/selection/run-jobs-now.sql.ts
with later as materialized (
  select id
  from jobs
  where shard = $1 and id = any ($2::uuid[])
    and id >= (select id from unnest($2::uuid[]) as given (id) order by id limit 1)
    and id <= (select id from unnest($2::uuid[]) as given (id) order by id desc limit 1) and status = 'pending' and scheduled_at > now()
  order by id
  for update skip locked
)
update jobs as j
set scheduled_at = now(), updated_at = now()
where j.shard = $1 and j.id = any (array(select id from later))
    and j.id >= (select id from later order by id limit 1)
    and j.id <= (select id from later order by id desc limit 1)
returning j.queue
