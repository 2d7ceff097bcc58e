import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';
import { IS_PAUSED } from '../lease/read-pauses.sql.js';

export interface QueueRow {
  name: string;
  paused_ms: number | null;
  /** At most the limit. */
  pending: number;
  /** How long its oldest due job has been due. Null if none is due. */
  oldest_due_ms: number | null;
  /** At most 10,000 in all queues. */
  running: number;
  /** Living workers that claim from it, and their slots. */
  workers: number;
  slots: number;
}

/** The rows of every shard that a query finds in each. */
const inEachShard = (query: string, limit: string) => `
    select found.*
    from generate_series(0, $1::int - 1) as s (shard)
    cross join lateral (${query}
      limit ${limit}
    ) as found
    limit ${limit}`;

/** Each step down jobs_due finds one queue. */
const WAITING = `
  waiting (shard, queue) as (
    select s.shard, first.queue
    from generate_series(0, $1::int - 1) as s (shard)
    cross join lateral (
      select queue from {jobs} where shard = s.shard and status = 'pending' order by queue limit 1
    ) as first
    union all
    select waiting.shard, next.queue
    from waiting
    cross join lateral (
      select queue
      from {jobs}
      where shard = waiting.shard and status = 'pending' and queue > waiting.queue
      order by queue
      limit 1
    ) as next
  )`;

/** Every queue that a job, a type, a worker or a pause names. */
export const readQueues = statement<[shardCount: number, limit: number], QueueRow>(
  'read_queues',
  `
  with recursive ${WAITING},
  running as materialized (
    select queue, count(*)::int as jobs
    from (${inEachShard(`select queue from {jobs} where shard = s.shard and status = 'processing'`, '10000')}
    ) as taken
    group by queue
  ),
  fleet as materialized (
    select own.queue, count(*)::int as workers, sum(slots)::int as slots
    from {job_workers}
    cross join unnest(queues) as own (queue)
    where dead_at is null
    group by own.queue
  ),
  known as materialized (
    select queue as name from waiting
    union select queue from running
    union select queue from fleet
    union select queue from {job_types}
    union select name from {job_queues}
  )
  select
    known.name,
    case when paused.is_paused then ${epochMs('paused.paused_at')} end as paused_ms,
    pending.jobs as pending,
    case when oldest.due_at <= now() then ${epochMs('now()')} - ${epochMs('oldest.due_at')} end as oldest_due_ms,
    coalesce(running.jobs, 0) as running,
    coalesce(fleet.workers, 0) as workers,
    coalesce(fleet.slots, 0) as slots
  from known
  left join (select name, paused_at, ${IS_PAUSED} as is_paused from {job_queues}) as paused on paused.name = known.name
  left join running on running.queue = known.name
  left join fleet on fleet.queue = known.name
  cross join lateral (
    select count(*)::int as jobs
    from (${inEachShard(`select from {jobs} where shard = s.shard and queue = known.name and status = 'pending'`, '$2')}
    ) as counted
  ) as pending
  cross join lateral (
    select min(first.scheduled_at) as due_at
    from generate_series(0, $1::int - 1) as s (shard)
    cross join generate_series(0, 9) as p (priority)
    cross join lateral (
      select scheduled_at
      from {jobs}
      where shard = s.shard and queue = known.name and status = 'pending' and priority = p.priority
      order by scheduled_at
      limit 1
    ) as first
  ) as oldest
  order by known.name`,
);
