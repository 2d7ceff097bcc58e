import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';
import { IS_PAUSED } from '../lease/read-wishes.sql.js';

export interface QueueSettingsRow {
  name: string;
  is_paused: boolean;
  paused_ms: number | null;
  /** Infinity if the pause has an infinite end. */
  until_ms: number | null;
  paused_by: string | null;
}

const SETTINGS = `
  name, ${IS_PAUSED} as is_paused, ${epochMs('paused_at')} as paused_ms, paused_by,
  case when paused_until >= paused_at then ${epochMs('paused_until')} end as until_ms`;

/** The settings of the given queues, or of all that have any. */
export const readQueueSettings = statement<[names: string[] | null], QueueSettingsRow>(
  'read_queue_settings',
  `
  select ${SETTINGS}
  from {job_queues}
  where $1::text[] is null or name = any ($1)
  limit 10000`,
);

/** The queues of definitions and of living workers, and all that have settings, each with its settings if it has any. */
export const listQueues = statement<[], QueueSettingsRow>(
  'list_queues',
  `
  select ${SETTINGS}
  from (
    select queue as name from {job_types}
    union
    select queue from {job_workers} cross join unnest(queues) as own (queue) where dead_at is null
  ) as worked
  full join {job_queues} using (name)
  limit 20000`,
);

/** Pauses a queue, or changes the end of its pause. A pause that lasts keeps its beginning. */
export const pauseQueue = statement<[name: string, until: Date | null, by: string | null], QueueSettingsRow>(
  'pause_queue',
  `
  insert into {job_queues} as q (name, paused_at, paused_until, paused_by)
  values ($1, now(), $2, $3)
  on conflict (name) do update
  set paused_at = case
        when q.paused_at is not null
          and (q.paused_until is null or q.paused_until > now() or q.paused_until < q.paused_at) then q.paused_at
        else now()
      end,
      paused_until = excluded.paused_until, paused_by = excluded.paused_by, updated_at = now()
  returning ${SETTINGS}`,
);

export const resumeQueue = statement<[name: string], never>(
  'resume_queue',
  `
  update {job_queues}
  set paused_at = null, paused_until = null, paused_by = null, updated_at = now()
  where name = $1`,
);

/** Whether the queue has a pending job. */
export const hasPending = statement<[shards: number[], queue: string], { found: boolean }>(
  'has_pending',
  `
  select exists (
    select from {jobs} where shard = any ($1::smallint[]) and queue = $2 and status = 'pending'
  ) as found`,
);

export interface QueueWorkRow {
  /** Milliseconds until the first pending job falls due; negative if it is due, null if there is none. */
  due_in_ms: number | null;
  running: boolean;
}

/** What waits and runs in the given queues, as of one moment: a job that changes its state in between is not missed. */
export const queueWork = statement<[shards: number[], queues: string[]], QueueWorkRow>(
  'queue_work',
  `
  select
    (
      select min(extract(epoch from first.scheduled_at - now()))::float8 * 1000
      from unnest($1::smallint[]) as part (shard)
      cross join unnest($2::text[]) as named (queue)
      cross join generate_series(0, 9) as lane (priority)
      cross join lateral (
        select scheduled_at
        from {jobs}
        where shard = part.shard and queue = named.queue and status = 'pending' and priority = lane.priority::smallint
        order by scheduled_at, id
        limit 1
      ) as first
    ) as due_in_ms,
    exists (
      select from {jobs} where shard = any ($1::smallint[]) and status = 'processing' and queue = any ($2::text[])
    ) as running`,
);
