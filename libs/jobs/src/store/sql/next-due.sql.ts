import { statement } from '../statement.js';

/** Milliseconds until the earliest pending job of the given lanes falls due; negative if it is due, null if there is none. */
export const nextDue = statement<[shard: number, queues: string[], priorities: number[]], { in_ms: number | null }>(
  'next_due',
  `
  select min(extract(epoch from first.scheduled_at - now()))::float8 * 1000 as in_ms
  from unnest($2::text[], $3::smallint[]) as lane (queue, priority)
  cross join lateral (
    select scheduled_at
    from jobs
    where shard = $1 and queue = lane.queue and status = 'pending' and priority = lane.priority
    order by scheduled_at, id
    limit 1
  ) as first`,
);
