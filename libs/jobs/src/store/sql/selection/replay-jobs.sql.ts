import { statement } from '../../statement.js';
import { amongGiven } from '../claim/among-ids.js';

/**
 * Adds a new job, due now, for each of the given jobs that has finished. It has the same type, payload and options, but
 * no unique key. `newIds` has one id of the same shard for each of `ids`. Payloads do not leave the server.
 */
export const replayAmong = statement<
  [shard: number, ids: readonly string[], newIds: readonly string[]],
  { queue: string }
>(
  'replay_among',
  `
  insert into {jobs} (shard, id, type, payload, queue, priority, max_attempts, timeout_ms, retry, tags)
  select
    $1, given.new_id, source.type, source.payload, source.queue, source.priority, source.max_attempts, source.timeout_ms,
    source.retry, source.tags
  from unnest($2::uuid[], $3::uuid[]) as given (id, new_id)
  join (
    select id, type, payload, queue, priority, max_attempts, timeout_ms, retry, tags
    from {jobs}
    where ${amongGiven(['shard', 'id'], '$2')} and status in ('completed', 'failed', 'cancelled')
  ) as source on source.id = given.id
  returning queue`,
);
