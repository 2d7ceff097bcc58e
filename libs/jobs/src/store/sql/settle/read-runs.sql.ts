import { statement } from '../../statement.js';
import { amongGiven } from '../claim/among-ids.js';
import type { SettledRow } from './settle-jobs.sql.js';

export interface RunRow extends SettledRow {
  worker_id: string | null;
}

/** The current state of some jobs: was a settle without an answer written, or is the run lost? */
export const readRuns = statement<[shard: number, ids: string[]], RunRow>(
  'read_runs',
  `
  select id, run, status, worker_id
  from {jobs}
  where ${amongGiven(['shard', 'id'], '$2')}`,
);
