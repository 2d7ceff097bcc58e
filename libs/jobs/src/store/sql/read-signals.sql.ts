import { statement } from '../statement.js';

/** Which of the given jobs somebody asked to cancel. */
export const readSignals = statement<[shard: number, ids: string[]], { job_id: string; kind: 'cancel' }>(
  'read_signals',
  `
  select s.job_id, s.kind
  from unnest($2::uuid[]) as running (id)
  join job_signals as s on s.shard = $1 and s.job_id = running.id`,
);
