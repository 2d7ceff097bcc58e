import { statement } from '../../statement.js';

export interface OwnTypeRow {
  type: string;
  jobs: number;
  /** How long the oldest of these runs has taken so far, in seconds. */
  seconds: number;
}

/** A worker's running jobs by type, at most ten types, to log what a blocked process was running. */
export const readOwnTypes = statement<[shardCount: number, workerId: string], OwnTypeRow>(
  'read_own_types',
  `
  select j.type, count(*)::int as jobs, extract(epoch from now() - min(j.started_at))::int as seconds
  from generate_series(0, $1::int - 1) as s (shard)
  join {jobs} as j on j.shard = s.shard and j.status = 'processing' and j.worker_id = $2
  group by j.type
  order by seconds desc, j.type
  limit 10`,
);
