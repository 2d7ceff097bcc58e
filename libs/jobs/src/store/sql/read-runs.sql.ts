import type { JobStatus } from '../../job/job-status.js';
import { statement } from '../statement.js';
import { amongGiven } from './among-ids.js';

/** Where some jobs stand, to tell a settle whose reply was lost from a lost lease. */
export const readRuns = statement<[shard: number, ids: string[]], { id: string; run: number; status: JobStatus }>(
  'read_runs',
  `
  select id, run, status
  from jobs
  where ${amongGiven(['shard', 'id'], '$2')}`,
);
