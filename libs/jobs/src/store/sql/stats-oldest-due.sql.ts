import { statement } from '../statement.js';

/** For how many seconds the oldest due job of each queue has been due; 0 if none is due. Looks at one job a priority. */
export const oldestDue = statement<[shard: number, queues: string[]], { queue: string; seconds: number }>(
  'stats_oldest_due',
  `
  select q.queue, greatest(max(extract(epoch from now() - first.scheduled_at)), 0)::float8 as seconds
  from unnest($2::text[]) as q (queue)
  cross join generate_series(0, 9) as p (priority)
  cross join lateral (
    select scheduled_at
    from jobs
    where shard = $1 and queue = q.queue and status = 'pending' and priority = p.priority
    order by scheduled_at, id
    limit 1
  ) as first
  group by q.queue`,
);
