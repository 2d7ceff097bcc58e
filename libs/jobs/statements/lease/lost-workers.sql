-- Workers that have running jobs although they are dead or have no row, except the worker that asks.
-- Parameters: $1 shard, $2 ownId.
-- jobs_lost_workers: lostWorkers in libs/jobs/src/store/sql/lease/lost-workers.sql.ts
with recursive living as materialized (
  select id from job_workers where dead_at is null union select $2::uuid
),
gap as (
  select id as after, lead(id, 1, repeat('f', 32)::uuid) over (order by id) as before from living
  union all
  select repeat('0', 32)::uuid, (select id from living order by id limit 1)
),
lost (id, before) as (
  select first.worker_id, gap.before
  from gap
  cross join lateral (
    select worker_id
    from jobs
    where shard = $1 and status = 'processing' and worker_id > gap.after and worker_id < gap.before
    order by worker_id
    limit 1
  ) as first
  union all
  select next.worker_id, lost.before
  from lost
  cross join lateral (
    select worker_id
    from jobs
    where shard = $1 and status = 'processing' and worker_id > lost.id and worker_id < lost.before
    order by worker_id
    limit 1
  ) as next
)
select id from lost
