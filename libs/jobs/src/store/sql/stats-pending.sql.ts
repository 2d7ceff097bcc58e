import { statement } from '../statement.js';

export interface PendingCountRow {
  queue: string;
  type: string;
  jobs: number;
}

/**
 * Pending jobs by queue and type, looking at no more than `limitPerQueue` of each queue. Walks jobs_due from its far
 * end: at the near end lie the dead entries of what was claimed lately, and a held snapshot keeps them there.
 */
export const countPending = statement<[shard: number, queues: string[], limitPerQueue: number], PendingCountRow>(
  'stats_pending',
  `
  select q.queue, seen.type, count(*)::int as jobs
  from unnest($2::text[]) as q (queue)
  cross join lateral (
    select type
    from jobs
    where shard = $1 and queue = q.queue and status = 'pending'
    order by priority desc, scheduled_at desc, id desc
    limit $3
  ) as seen
  group by q.queue, seen.type`,
);
