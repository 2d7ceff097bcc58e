import { statement } from '../statement.js';

/** Queues that have pending jobs, at most `limit`: one step down jobs_due per queue, however long the queues are. */
export const queuesWithPending = statement<[shard: number, limit: number], { queue: string }>(
  'stats_queues',
  `
  with recursive found (queue) as (
    (
      select queue
      from jobs
      where shard = $1 and status = 'pending'
      order by queue desc
      limit 1
    )
    union all
    select (
      select queue
      from jobs
      where shard = $1 and status = 'pending' and queue < found.queue
      order by queue desc
      limit 1
    )
    from found
    where found.queue is not null
  )
  select queue from found where queue is not null limit $2`,
);
