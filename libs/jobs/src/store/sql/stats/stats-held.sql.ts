import { statement } from '../../statement.js';

export interface HeldRow {
  queue: string;
  worker_id: string;
  jobs: number;
}

/** Running jobs by queue and worker, among at most `limit` of them. */
export const countHeld = statement<[shard: number, limit: number], HeldRow>(
  'stats_held',
  `
  select queue, worker_id, count(*)::int as jobs
  from (
    select queue, worker_id
    from {jobs}
    where shard = $1 and status = 'processing'
    order by worker_id
    limit $2
  ) as running
  group by queue, worker_id`,
);
