-- Queues with pending jobs other than the known ones.
-- Parameters: $1 shard, $2 known.
-- jobs_stats_new_queues: newQueues in libs/jobs/src/store/sql/stats/stats-new-queues.sql.ts
with recursive known (queue) as materialized (
  select '' union select queue from unnest($2::text[]) as given (queue)
),
gap as materialized (
  select queue as after, lead(queue) over (order by queue) as before from known
),
inside (queue, before) as (
  select first.queue, gap.before
  from gap
  cross join lateral (
    select queue
    from jobs
    where shard = $1 and status = 'pending' and queue > gap.after and queue < gap.before
    order by queue
    limit 1
  ) as first
  union all
  select next.queue, inside.before
  from inside
  cross join lateral (
    select queue
    from jobs
    where shard = $1 and status = 'pending' and queue > inside.queue and queue < inside.before
    order by queue
    limit 1
  ) as next
),
beyond (queue) as (
  (
    select queue
    from jobs
    where shard = $1 and status = 'pending' and queue > (select after from gap where before is null)
    order by queue
    limit 1
  )
  union all
  select next.queue
  from beyond
  cross join lateral (
    select queue
    from jobs
    where shard = $1 and status = 'pending' and queue > beyond.queue
    order by queue
    limit 1
  ) as next
)
select queue from inside
union all
select queue from beyond
