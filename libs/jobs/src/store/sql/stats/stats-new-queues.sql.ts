import { statement } from '../../statement.js';

/** SQL for the next queue after `after`. `before` may add an upper bound. */
const nextQueue = (after: string, before = '') => `
      select queue
      from {jobs}
      where shard = $1 and status = 'pending' and queue > ${after}${before}
      order by queue
      limit 1`;

/**
 * Queues with pending jobs other than the known ones. The query takes one step down jobs_due for each known queue and
 * for each queue that it finds. It does not step over dead entries of known queues.
 */
export const newQueues = statement<[shard: number, known: string[]], { queue: string }>(
  'stats_new_queues',
  `
  with recursive known (queue) as materialized (
    select '' union select queue from unnest($2::text[]) as given (queue)
  ),
  gap as materialized (
    select queue as after, lead(queue) over (order by queue) as before from known
  ),
  inside (queue, before) as (
    select first.queue, gap.before
    from gap
    cross join lateral (${nextQueue('gap.after', ' and queue < gap.before')}
    ) as first
    union all
    select next.queue, inside.before
    from inside
    cross join lateral (${nextQueue('inside.queue', ' and queue < inside.before')}
    ) as next
  ),
  beyond (queue) as (
    (${nextQueue('(select after from gap where before is null)')}
    )
    union all
    select next.queue
    from beyond
    cross join lateral (${nextQueue('beyond.queue')}
    ) as next
  )
  select queue from inside
  union all
  select queue from beyond`,
);
