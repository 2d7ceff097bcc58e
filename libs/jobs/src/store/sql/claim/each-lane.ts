/**
 * SQL of a recursive query `head (queue, priority, scheduled_at, id)`: the first pending job of each lane that has one,
 * in shard `$1`. It takes one step down jobs_due per lane, however many queues are declared. In each lane it steps over
 * the dead entries before the first job.
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
