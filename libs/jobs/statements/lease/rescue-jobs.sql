-- Rescues the jobs of those given workers that are dead.
-- Parameters: $1 shard, $2 limit, $3 ownId, $4 workerIds, $5 onlyIds.
-- jobs_rescue_jobs: rescueJobs in libs/jobs/src/store/sql/lease/rescue-jobs.sql.ts
with gone as materialized (
  select given.id, coalesce('Worker ' || w.host || ' (pid ' || w.pid || ')', 'A worker that is no longer known') as name
  from unnest($4::uuid[]) as given (id)
  left join job_workers as w on w.id = given.id
  where given.id <> $3 and (w.id is null or w.dead_at is not null)
),
orphan as materialized (
  select found.id, gone.name || ' died while running this job' as error, found.is_last
  from gone
  cross join lateral (
    select id, attempts >= max_attempts as is_last
    from jobs
    where shard = $1 and status = 'processing' and worker_id = gone.id
      and ($5::uuid[] is null or id = any ($5))
    limit $2
    for update skip locked
  ) as found
  limit $2
),
requested as materialized (
  select job_id from job_signals where shard = $1 and job_id = any (array(select id from orphan))
    and job_id >= (select id from orphan order by id limit 1)
    and job_id <= (select id from orphan order by id desc limit 1) and kind = 'cancel'
),
decided as materialized (
  select id, error, is_last, case
    when is_last then 'failed'
    when id in (select job_id from requested) then 'cancelled'
    else 'pending'
  end as status
  from orphan
),
rescued as (
  update jobs as j
  set status = decided.status,
      worker_id = null,
      crashes = j.crashes + 1,
      scheduled_at = case when decided.status = 'pending' then now() else j.scheduled_at end,
      completed_at = case when decided.status = 'pending' then null else now() end,
      updated_at = now(),
      error = decided.error || case
        when not is_last then ''
        else ', its last attempt: ' || (j.crashes + 1) || ' of ' || j.attempts || ' ended with the process that ran them'
      end
  from decided
  where j.shard = $1 and j.id = any (array(select id from orphan))
    and j.id >= (select id from orphan order by id limit 1)
    and j.id <= (select id from orphan order by id desc limit 1) and j.id = decided.id
  returning j.id, j.type, j.queue, j.status, j.payload, j.run, j.attempts, j.max_attempts, j.error
),
recorded as (
  insert into job_failures (shard, job_id, run, attempt, error)
  select $1, id, run, attempts, error from rescued
  on conflict do nothing
)
select id, type, queue, status, payload, run, attempts, max_attempts, error from rescued
