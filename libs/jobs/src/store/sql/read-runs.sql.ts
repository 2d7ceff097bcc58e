import { statement } from '../statement.js';
import { amongGiven } from './among-ids.js';
import type { SettledRow } from './settle-jobs.sql.js';

/** Where some jobs stand, to tell a settle whose reply was lost from a lost lease. */
export const readRuns = statement<[shard: number, ids: string[]], SettledRow>(
  'read_runs',
  `
  select id, run, status
  from jobs
  where ${amongGiven(['shard', 'id'], '$2')}`,
);
