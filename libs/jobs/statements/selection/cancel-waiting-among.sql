-- Cancels those of the given jobs that have not started, except those that another transaction holds.
-- Parameters: $1 shard, $2 ids.
-- jobs_cancel_waiting_among: cancelWaitingAmong in libs/jobs/src/store/sql/selection/cancel-jobs.sql.ts
with waiting as materialized (
  select id
  from jobs
  where shard = $1 and id = any ($2::uuid[])
    and id >= (select id from unnest($2::uuid[]) as given (id) order by id limit 1)
    and id <= (select id from unnest($2::uuid[]) as given (id) order by id desc limit 1) and status in ('pending', 'blocked')
  order by id
  for update skip locked
)
update jobs as j
set status = 'cancelled', completed_at = now(), updated_at = now()
where j.shard = $1 and j.id = any (array(select id from waiting))
    and j.id >= (select id from waiting order by id limit 1)
    and j.id <= (select id from waiting order by id desc limit 1)
returning j.id
