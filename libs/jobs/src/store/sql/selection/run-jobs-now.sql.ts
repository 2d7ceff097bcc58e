import { statement } from '../../statement.js';
import { amongGiven, amongIds } from '../claim/among-ids.js';

/** Makes those of the given pending jobs due that would fall due later, except those that another transaction holds. */
export const runNowAmong = statement<[shard: number, ids: readonly string[]], { queue: string }>(
  'run_now_among',
  `
  with later as materialized (
    select id
    from {jobs}
    where ${amongGiven(['shard', 'id'], '$2')} and status = 'pending' and scheduled_at > now()
    order by id
    for update skip locked
  )
  update {jobs} as j
  set scheduled_at = now(), updated_at = now()
  where ${amongIds(['j.shard', 'j.id'], 'select id from later')}
  returning j.queue`,
);
