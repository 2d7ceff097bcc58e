import type { JobStatus } from '../../../job/job-status.js';
import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';
import { IS_PAUSED } from '../pauses.js';

export interface WhyRow {
  id: string;
  type: string;
  queue: string;
  status: JobStatus;
  priority: number;
  attempts: number;
  max_attempts: number;
  run: number;
  crashes: number;
  scheduled_ms: number;
  /** To the microsecond, as text that PostgreSQL reads back. */
  scheduled_at: string;
  /** Milliseconds until it falls due; negative if it is due. */
  in_ms: number;
  started_ms: number | null;
  completed_ms: number | null;
  worker_id: string | null;
  host: string | null;
  pid: number | null;
  worker_lives: boolean;
  /** Since when its queue is paused, and its type. */
  paused_ms: number | null;
  type_paused_ms: number | null;
  cancel_requested: boolean;
  /** The living workers of its queue, and their slots. */
  workers: number;
  slots: number;
  /** False if no living worker of the queue can have registered the type. */
  type_may_be_known: boolean;
}

/** A worker whose row is not renewed for this long counts as dead, also while nobody has recorded its death. */
const lives = (worker: string, afterMs: string) =>
  `${worker}.dead_at is null and ${worker}.last_seen_at > now() - ${afterMs}::float8 * interval '1 millisecond'`;

/** A worker registers its types when it boots, a moment before itself. */
const BOOTED_WITHIN = `interval '1 minute'`;

/** What decides whether a job can run. */
export const whyFacts = statement<[shard: number, id: string, deadAfterMs: number], WhyRow>(
  'why_facts',
  `
  with job as materialized (
    select
      id, type, queue, status, priority, attempts, max_attempts, run, crashes, scheduled_at, started_at, completed_at,
      worker_id
    from {jobs}
    where shard = $1 and id = $2
  ),
  living as materialized (
    select w.slots, w.started_at
    from job
    join {job_workers} as w on job.queue = any (w.queues)
    where ${lives('w', '$3')} and w.draining_since is null
  )
  select
    job.id, job.type, job.queue, job.status, job.priority, job.attempts, job.max_attempts, job.run, job.crashes,
    ${epochMs('job.scheduled_at')} as scheduled_ms,
    to_char(job.scheduled_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as scheduled_at,
    extract(epoch from job.scheduled_at - now())::float8 * 1000 as in_ms,
    ${epochMs('job.started_at')} as started_ms, ${epochMs('job.completed_at')} as completed_ms,
    job.worker_id, holder.host, holder.pid,
    coalesce(${lives('holder', '$3')}, false) as worker_lives,
    (
      select ${epochMs('paused_at')}
      from {job_queues}
      where name = job.queue and ${IS_PAUSED}
    ) as paused_ms,
    (
      select ${epochMs('paused_at')}
      from {job_types}
      where type = job.type and ${IS_PAUSED}
    ) as type_paused_ms,
    exists (
      select from {job_signals} where shard = $1 and job_id = $2 and kind = 'cancel'
    ) as cancel_requested,
    (select count(*)::int from living) as workers,
    (select coalesce(sum(slots), 0)::int from living) as slots,
    exists (
      select
      from {job_types} as t
      join living on living.started_at <= t.updated_at + ${BOOTED_WITHIN}
      where t.type = job.type
    ) as type_may_be_known
  from job
  left join {job_workers} as holder on holder.id = job.worker_id`,
);

export type WhyAheadParams = [
  shard: number,
  queue: string,
  priority: number,
  scheduledAt: string,
  id: string,
  deadAfterMs: number,
  limit: number,
];

export interface WhyAheadRow {
  /** Running jobs of the living workers of the queue. */
  busy: number;
  /** Due jobs of the queue that come before the job, without those of paused types. */
  ahead: number;
}

/** How much is before a due job in one shard, each counted to `limit` at most. */
export const whyAhead = statement<WhyAheadParams, WhyAheadRow>(
  'why_ahead',
  `
  select
    (
      select count(*)::int
      from (
        select
        from {job_workers} as w
        cross join lateral (
          select from {jobs} where shard = $1 and status = 'processing' and worker_id = w.id limit $7
        ) as held
        where ${lives('w', '$6')} and $2::text = any (w.queues)
        limit $7
      ) as running
    ) as busy,
    (
      select count(*)::int
      from (
        select
        from (
          select
            priority::smallint,
            case when priority < $3::int then now() else $4::timestamptz end as before_time,
            case when priority < $3::int then repeat('f', 32) else $5::text end::uuid as before_id
          from generate_series(0, $3::int) as each (priority)
        ) as lane
        cross join lateral (
          select
          from {jobs}
          where shard = $1 and queue = $2 and status = 'pending' and priority = lane.priority
            and (scheduled_at, id) < (lane.before_time, lane.before_id)
            and type <> all (array(select type from {job_types} where ${IS_PAUSED}))
          order by scheduled_at, id
          limit $7
        ) as before
        limit $7
      ) as waiting
    ) as ahead`,
);
