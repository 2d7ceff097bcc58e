import { statement } from '../../statement.js';
import { amongGiven } from '../claim/among-ids.js';

/** Which of the given jobs have a cancel request. */
export const readSignals = statement<[shard: number, ids: string[]], { job_id: string }>(
  'read_signals',
  `
  select job_id from {job_signals} where ${amongGiven(['shard', 'job_id'], '$2')} and kind = 'cancel'`,
);
