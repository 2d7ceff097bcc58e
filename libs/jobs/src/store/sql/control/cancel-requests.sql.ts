import { CANCELLED_UNSTARTED } from '../../../job/cancelled-unstarted.js';
import { statement } from '../../statement.js';
import { amongIds } from '../claim/among-ids.js';

/**
 * The jobs of a query of ids that somebody asked to cancel, as a CTE named `requested`. PostgreSQL reads it only if
 * something asks for it.
 */
export function requestedAmong(ids: string): string {
  return `requested as materialized (
    select job_id from {job_signals} where ${amongIds(['shard', 'job_id'], ids)} and kind = 'cancel'
  )`;
}

/** The error of a row, where its cancellation is the only thing that went wrong. */
export const UNSTARTED_ERROR = `'${CANCELLED_UNSTARTED}'`;

export interface RequestPage {
  looked: number;
  /** Null if it looked at none. */
  last_id: string | null;
}

/**
 * Looks at the next requests in the order of their jobs. Jobs that wait are cancelled. Requests of finished jobs, and of
 * jobs that are gone, are deleted; those of running jobs stay. It waits for no lock: what somebody holds is skipped, and
 * its request stays for the next look. A request that was renewed in the meantime belongs to the job's next life, and
 * stays too.
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
