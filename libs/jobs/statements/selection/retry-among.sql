-- Makes the given failed and cancelled jobs due again with all their attempts.
-- Parameters: $1 shard, $2 ids.
-- jobs_retry_among: retryAmong in libs/jobs/src/store/sql/selection/retry-jobs.sql.ts
with chosen as materialized (
  select id, queue, unique_key
  from jobs
  where shard = $1 and id = any ($2::uuid[])
    and id >= (select id from unnest($2::uuid[]) as given (id) order by id limit 1)
    and id <= (select id from unnest($2::uuid[]) as given (id) order by id desc limit 1) and status in ('failed', 'cancelled')
  order by id
  for update skip locked
),
free as materialized (
  select c.id
  from (select chosen.*, row_number() over (partition by queue, unique_key order by id desc) as place from chosen) as c
  where c.unique_key is null
    or (
      c.place = 1 and not exists (
        select
        from jobs as other
        where other.shard = $1 and other.queue = c.queue and other.unique_key = c.unique_key
          and other.status in ('pending', 'blocked', 'processing')
      )
    )
),
unsignalled as (
  delete from job_signals where shard = $1 and job_id = any (array(select id from free))
    and job_id >= (select id from free order by id limit 1)
    and job_id <= (select id from free order by id desc limit 1)
)
update jobs as j
set status = 'pending', attempts = 0, crashes = 0, scheduled_at = now(), completed_at = null, progress = null,
    progress_note = null, result = null, updated_at = now()
where j.shard = $1 and j.id = any (array(select id from free))
    and j.id >= (select id from free order by id limit 1)
    and j.id <= (select id from free order by id desc limit 1)
returning j.queue
