import { statement } from '../../statement.js';
import { amongGiven } from '../claim/among-ids.js';
import { DELETE_OLD } from '../prune/prune.sql.js';

/** Deletes those of the given jobs that have finished, except those that another transaction holds. */
export const deleteAmong = statement<[shard: number, ids: readonly string[]], { deleted: number }>(
  'delete_among',
  `
  with old as materialized (
    select id
    from {jobs}
    where ${amongGiven(['shard', 'id'], '$2')} and status in ('completed', 'failed', 'cancelled')
    order by id
    for update skip locked
  ),${DELETE_OLD}
  select count(*)::int as deleted from gone`,
);
