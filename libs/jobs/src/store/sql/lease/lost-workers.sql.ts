import { statement } from '../../statement.js';

/**
 * Workers that have running jobs although they are dead or have no row, except the worker that asks. The query takes
 * one step down jobs_running for each living worker and for each worker that it finds. It skips the jobs of living
 * workers, because a held snapshot keeps an index entry for each job that they have run.
 */
export const lostWorkers = statement<[shard: number, ownId: string], { id: string }>(
  'lost_workers',
  `
  with recursive living as materialized (
    select id from {job_workers} where dead_at is null union select $2::uuid
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
      from {jobs}
      where shard = $1 and status = 'processing' and worker_id > gap.after and worker_id < gap.before
      order by worker_id
      limit 1
    ) as first
    union all
    select next.worker_id, lost.before
    from lost
    cross join lateral (
      select worker_id
      from {jobs}
      where shard = $1 and status = 'processing' and worker_id > lost.id and worker_id < lost.before
      order by worker_id
      limit 1
    ) as next
  )
  select id from lost`,
);
