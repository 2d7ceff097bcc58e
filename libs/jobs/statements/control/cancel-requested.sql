-- Acts on the next cancel requests in the order of their jobs (docs/decisions/0016-cancel.md).
-- Parameters: $1 shard, $2 afterId, $3 limit.
-- jobs_cancel_requested: cancelRequested in libs/jobs/src/store/sql/control/cancel-requests.sql.ts
with request as materialized (
  select job_id as id, created_at
  from job_signals
  where shard = $1 and job_id > $2 and kind = 'cancel'
  order by job_id
  limit $3
),
found as materialized (
  select id, status from jobs where shard = $1 and id = any (array(select id from request))
    and id >= (select id from request order by id limit 1)
    and id <= (select id from request order by id desc limit 1)
),
waiting as materialized (
  select id
  from jobs
  where shard = $1 and id = any (array(select id from found where status in ('pending', 'blocked')))
    and id >= (select id from found where status in ('pending', 'blocked') order by id limit 1)
    and id <= (select id from found where status in ('pending', 'blocked') order by id desc limit 1)
    and status in ('pending', 'blocked')
  for update skip locked
),
cancelled as (
  update jobs as j
  set status = 'cancelled', completed_at = now(), updated_at = now(), error = coalesce(j.error, 'Cancelled before its next run')
  where j.shard = $1 and j.id = any (array(select id from waiting))
    and j.id >= (select id from waiting order by id limit 1)
    and j.id <= (select id from waiting order by id desc limit 1)
  returning j.id
),
over as materialized (
  select id, created_at
  from request
  where id in (select id from cancelled)
    or id not in (select id from found where status in ('pending', 'blocked', 'processing'))
),
unlocked as materialized (
  select s.job_id as id
  from job_signals as s
  join over on over.id = s.job_id and over.created_at = s.created_at
  where s.shard = $1 and s.job_id = any (array(select id from over))
    and s.job_id >= (select id from over order by id limit 1)
    and s.job_id <= (select id from over order by id desc limit 1) and s.kind = 'cancel'
  for update of s skip locked
),
forgotten as (
  delete from job_signals
  where shard = $1 and job_id = any (array(select id from unlocked))
    and job_id >= (select id from unlocked order by id limit 1)
    and job_id <= (select id from unlocked order by id desc limit 1) and kind = 'cancel'
)
select
  (select count(*)::int from request) as looked,
  (select id from request order by id desc limit 1) as last_id
