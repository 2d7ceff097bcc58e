import { statement } from '../../statement.js';
import { amongGiven, amongIds } from '../claim/among-ids.js';

/** Cancels those of the given jobs that have not started, except those that another transaction holds. */
export const cancelWaitingAmong = statement<[shard: number, ids: readonly string[]], { id: string }>(
  'cancel_waiting_among',
  `
  with waiting as materialized (
    select id
    from {jobs}
    where ${amongGiven(['shard', 'id'], '$2')} and status in ('pending', 'blocked')
    order by id
    for update skip locked
  )
  update {jobs} as j
  set status = 'cancelled', completed_at = now(), updated_at = now()
  where ${amongIds(['j.shard', 'j.id'], 'select id from waiting')}
  returning j.id`,
);

/**
 * Leaves a cancel request for each of the given jobs that has not finished, without locking the jobs' rows. For a waiting
 * job that another transaction holds, the request does what the update could not (docs/decisions/0016-cancel.md).
 */
export const signalCancelAmong = statement<[shard: number, ids: readonly string[]], { job_id: string }>(
  'signal_cancel_among',
  `
  insert into {job_signals} (shard, job_id, kind)
  select shard, id, 'cancel'
  from {jobs}
  where ${amongGiven(['shard', 'id'], '$2')} and status in ('pending', 'blocked', 'processing')
  order by id
  on conflict (shard, job_id, kind) do update set created_at = now()
  returning job_id`,
);
