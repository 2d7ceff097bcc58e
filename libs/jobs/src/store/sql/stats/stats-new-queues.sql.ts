import { statement } from '../../statement.js';

/** What comes first after a queue, as far as it lies before another one. */
const nextQueue = (after: string, before = '') => `
      select queue
      from {jobs}
      where shard = $1 and status = 'pending' and queue > ${after}${before}
      order by queue
      limit 1`;

/**
 * Queues with pending jobs beside the given ones: one step down jobs_due for each of those and for each that is found, and
 * none over dead entries of the given ones.
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
