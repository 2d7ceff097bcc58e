import { statement } from '../../statement.js';
import { PAUSE_COLUMNS, pausedSince, type PauseRow } from '../pauses.js';

export interface QueueSettingsRow extends PauseRow {
  name: string;
}

const SETTINGS = `
  name, ${PAUSE_COLUMNS}`;

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
  set paused_at = ${pausedSince('q.')},
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

/**
 * What waits and runs in the given queues, as of one moment: a job that changes its state in between is not missed. Of
 * the paused types, only what runs counts.
 */
export const queueWork = statement<[shards: number[], queues: string[], pausedTypes: string[]], QueueWorkRow>(
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
          and type <> all ($3::text[])
        order by scheduled_at, id
        limit 1
      ) as first
    ) as due_in_ms,
    exists (
      select from {jobs} where shard = any ($1::smallint[]) and status = 'processing' and queue = any ($2::text[])
    ) as running`,
);

export interface TypeWorkRow {
  type: string;
  /** As in `QueueWorkRow`. Types without pending jobs are left out. */
  due_in_ms: number;
}

/** What waits of the given types in the given queues. `later`: whether to look at jobs too that are not due yet. */
export const typeWork = statement<[shards: number[], queues: string[], types: string[], later: boolean], TypeWorkRow>(
  'type_work',
  `
  select given.type, min(extract(epoch from first.scheduled_at - now()))::float8 * 1000 as due_in_ms
  from unnest($1::smallint[]) as part (shard)
  cross join unnest($2::text[]) as named (queue)
  cross join unnest($3::text[]) as given (type)
  cross join generate_series(0, 9) as lane (priority)
  cross join lateral (
    select scheduled_at
    from {jobs}
    where shard = part.shard and queue = named.queue and status = 'pending' and priority = lane.priority::smallint
      and scheduled_at <= case when $4::boolean then 'infinity' else now() end
      and type = given.type
    order by scheduled_at, id
    limit 1
  ) as first
  group by given.type
  order by given.type`,
);
