-- Sets when those of the given jobs fall due that are pending, except those that another transaction holds.
-- Parameters: $1 shard, $2 ids, $3 at, $4 byMs.
-- jobs_reschedule_among: rescheduleAmong in libs/jobs/src/store/sql/selection/reschedule-jobs.sql.ts
with waiting as materialized (
  select id
  from jobs
  where shard = $1 and id = any ($2::uuid[])
    and id >= (select id from unnest($2::uuid[]) as given (id) order by id limit 1)
    and id <= (select id from unnest($2::uuid[]) as given (id) order by id desc limit 1) and status = 'pending'
  order by id
  for update skip locked
)
update jobs as j
set scheduled_at = least(
    greatest(coalesce($3::timestamptz, j.scheduled_at + $4::float8 * interval '1 millisecond'), now()),
    now() + interval '3660 days'
  ), updated_at = now()
where j.shard = $1 and j.id = any (array(select id from waiting))
    and j.id >= (select id from waiting order by id limit 1)
    and j.id <= (select id from waiting order by id desc limit 1)
returning j.queue, (extract(epoch from j.scheduled_at) * 1000)::float8 - (extract(epoch from now()) * 1000)::float8 as in_ms
