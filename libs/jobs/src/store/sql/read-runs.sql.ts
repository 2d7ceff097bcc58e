import type { JobStatus } from '../../job/job-status.js';
import { statement } from '../statement.js';

/** Where some jobs stand, to tell a settle whose reply was lost from a lost lease. */
export const readRuns = statement<[shard: number, ids: string[]], { id: string; run: number; status: JobStatus }>(
  'read_runs',
  `
  select j.id, j.run, j.status
  from unnest($2::uuid[]) as wanted (id)
  join jobs as j on j.shard = $1 and j.id = wanted.id`,
);
