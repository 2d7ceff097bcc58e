/**
 * A recursive query `head (queue, priority, scheduled_at, id)`: the first pending job of every lane that has any, of the
 * shard `$1`. One step down jobs_due for each lane, however many queues are declared, and one over every dead entry at the
 * near end of a lane.
 */
export const EACH_LANE = `
  with recursive head (queue, priority, scheduled_at, id) as (
    (
      select queue, priority, scheduled_at, id
      from {jobs}
      where shard = $1 and status = 'pending'
      order by queue, priority, scheduled_at, id
      limit 1
    )
    union all
    select next.queue, next.priority, next.scheduled_at, next.id
    from head
    cross join lateral (
      select queue, priority, scheduled_at, id
      from {jobs}
      where shard = $1 and status = 'pending' and (queue, priority) > (head.queue, head.priority)
      order by queue, priority, scheduled_at, id
      limit 1
    ) as next
  )`;
