import { statement } from '../../statement.js';
import { amongGiven, amongIds } from '../claim/among-ids.js';

/**
 * Makes the given failed and cancelled jobs due again with all their attempts. It leaves out those that another
 * transaction holds, those whose unique key an unfinished job has, and of several with one key all but the newest.
 */
export const retryAmong = statement<[shard: number, ids: readonly string[]], { queue: string }>(
  'retry_among',
  `
  with chosen as materialized (
    select id, queue, unique_key
    from {jobs}
    where ${amongGiven(['shard', 'id'], '$2')} and status in ('failed', 'cancelled')
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
          from {jobs} as other
          where other.shard = $1 and other.queue = c.queue and other.unique_key = c.unique_key
            and other.status in ('pending', 'blocked', 'processing')
        )
      )
  ),
  unsignalled as (
    delete from {job_signals} where ${amongIds(['shard', 'job_id'], 'select id from free')}
  )
  update {jobs} as j
  set status = 'pending', attempts = 0, crashes = 0, scheduled_at = now(), completed_at = null, progress = null,
      progress_note = null, result = null, updated_at = now()
  where ${amongIds(['j.shard', 'j.id'], 'select id from free')}
  returning j.queue`,
);
