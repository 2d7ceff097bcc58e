import { CANCELLED_UNSTARTED } from '../../../job/outcome/cancelled-unstarted.js';
import { statement } from '../../statement.js';
import { amongIds } from '../claim/among-ids.js';

/** SQL of a CTE `requested`: the jobs among `ids` that have a cancel request. It runs only if it is read. */
export function requestedAmong(ids: string): string {
  return `requested as materialized (
    select job_id from {job_signals} where ${amongIds(['shard', 'job_id'], ids)} and kind = 'cancel'
  )`;
}

/** The error of a cancelled job that has no other error. */
export const UNSTARTED_ERROR = `'${CANCELLED_UNSTARTED}'`;

export interface RequestPage {
  looked: number;
  /** Null if there were no more requests. */
  last_id: string | null;
}

/**
 * Acts on the next cancel requests in the order of their jobs (docs/decisions/0016-cancel.md). Waiting jobs are
 * cancelled. Requests of running jobs stay. Requests of finished or deleted jobs are removed.
 *
 * It waits for no lock: locked rows and their requests are left for the next round. A request that was renewed
 * meanwhile stays too: its job may have been retried.
 */
export const cancelRequested = statement<[shard: number, afterId: string, limit: number], RequestPage>(
  'cancel_requested',
  `
  with request as materialized (
    select job_id as id, created_at
    from {job_signals}
    where shard = $1 and job_id > $2 and kind = 'cancel'
    order by job_id
    limit $3
  ),
  found as materialized (
    select id, status from {jobs} where ${amongIds(['shard', 'id'], 'select id from request')}
  ),
  waiting as materialized (
    select id
    from {jobs}
    where ${amongIds(['shard', 'id'], `select id from found where status in ('pending', 'blocked')`)}
      and status in ('pending', 'blocked')
    for update skip locked
  ),
  cancelled as (
    update {jobs} as j
    set status = 'cancelled', completed_at = now(), updated_at = now(), error = coalesce(j.error, ${UNSTARTED_ERROR})
    where ${amongIds(['j.shard', 'j.id'], 'select id from waiting')}
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
    from {job_signals} as s
    join over on over.id = s.job_id and over.created_at = s.created_at
    where ${amongIds(['s.shard', 's.job_id'], 'select id from over')} and s.kind = 'cancel'
    for update of s skip locked
  ),
  forgotten as (
    delete from {job_signals}
    where ${amongIds(['shard', 'job_id'], 'select id from unlocked')} and kind = 'cancel'
  )
  select
    (select count(*)::int from request) as looked,
    (select id from request order by id desc limit 1) as last_id`,
);
