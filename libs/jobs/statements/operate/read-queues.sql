-- Every queue that a job, a type, a worker or a pause names.
-- Parameters: $1 shardCount, $2 limit.
-- jobs_read_queues: readQueues in libs/jobs/src/store/sql/operate/read-queues.sql.ts
with recursive
waiting (shard, queue) as (
  select s.shard, first.queue
  from generate_series(0, $1::int - 1) as s (shard)
  cross join lateral (
    select queue from jobs where shard = s.shard and status = 'pending' order by queue limit 1
  ) as first
  union all
  select waiting.shard, next.queue
  from waiting
  cross join lateral (
    select queue
    from jobs
    where shard = waiting.shard and status = 'pending' and queue > waiting.queue
    order by queue
    limit 1
  ) as next
),
running as materialized (
  select queue, count(*)::int as jobs
  from (
  select found.*
  from generate_series(0, $1::int - 1) as s (shard)
  cross join lateral (select queue from jobs where shard = s.shard and status = 'processing'
    limit 10000
  ) as found
  limit 10000
  ) as taken
  group by queue
),
fleet as materialized (
  select own.queue, count(*)::int as workers, sum(slots)::int as slots
  from job_workers
  cross join unnest(queues) as own (queue)
  where dead_at is null
  group by own.queue
),
known as materialized (
  select queue as name from waiting
  union select queue from running
  union select queue from fleet
  union select queue from job_types
  union select name from job_queues
)
select
  known.name,
  case when paused.is_paused then (extract(epoch from paused.paused_at) * 1000)::float8 end as paused_ms,
  pending.jobs as pending,
  case when oldest.due_at <= now() then (extract(epoch from now()) * 1000)::float8 - (extract(epoch from oldest.due_at) * 1000)::float8 end as oldest_due_ms,
  coalesce(running.jobs, 0) as running,
  coalesce(fleet.workers, 0) as workers,
  coalesce(fleet.slots, 0) as slots
from known
left join (select name, paused_at, paused_at is not null and (paused_until is null or paused_until > now() or paused_until < paused_at) as is_paused from job_queues) as paused on paused.name = known.name
left join running on running.queue = known.name
left join fleet on fleet.queue = known.name
cross join lateral (
  select count(*)::int as jobs
  from (
  select found.*
  from generate_series(0, $1::int - 1) as s (shard)
  cross join lateral (select from jobs where shard = s.shard and queue = known.name and status = 'pending'
    limit $2
  ) as found
  limit $2
  ) as counted
) as pending
cross join lateral (
  select min(first.scheduled_at) as due_at
  from generate_series(0, $1::int - 1) as s (shard)
  cross join generate_series(0, 9) as p (priority)
  cross join lateral (
    select scheduled_at
    from jobs
    where shard = s.shard and queue = known.name and status = 'pending' and priority = p.priority
    order by scheduled_at
    limit 1
  ) as first
) as oldest
order by known.name
