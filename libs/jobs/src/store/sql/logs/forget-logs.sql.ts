import { statement } from '../../statement.js';
import { amongGiven } from '../claim/among-ids.js';

/** Deletes the first lines of some logs, up to a line of each. */
export const forgetLogs = statement<[shard: number, ids: string[], upTo: number[]], never>(
  'forget_logs',
  `
  delete from {job_logs} as l
  using unnest($2::uuid[], $3::int[]) as full_log (id, up_to)
  where ${amongGiven(['l.shard', 'l.job_id'], '$2')} and l.job_id = full_log.id and l.line <= full_log.up_to`,
);
