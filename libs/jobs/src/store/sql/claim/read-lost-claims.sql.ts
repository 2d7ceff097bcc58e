import { statement } from '../../statement.js';

/** All runs that the table has for a worker. Lost claims are among them (docs/decisions/0023-lost-claims.md). */
export const readLostClaims = statement<[shard: number, workerId: string], { id: string; run: number }>(
  'read_lost_claims',
  `select id, run from {jobs} where shard = $1 and status = 'processing' and worker_id = $2`,
);
