import { statement } from '../../statement.js';

/** Everything that the database thinks a worker is running. */
export const readLostClaims = statement<[shard: number, workerId: string], { id: string; run: number }>(
  'read_own_runs',
  `select id, run from {jobs} where shard = $1 and status = 'processing' and worker_id = $2`,
);
