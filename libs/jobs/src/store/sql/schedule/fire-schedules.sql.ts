import type { StoredCatchUp } from '../../../job/catch-up.js';
import type { Overlap } from '../../../job/overlap.js';
import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';
import { isOf } from './schedules.sql.js';

/** SQL that sets a limit for the transaction, unless the database already has one. */
const limitTo = (setting: string, limit: string) =>
  `case when current_setting('${setting}') = '0' then set_config('${setting}', ${limit}, true) end`;

export interface DueScheduleRow extends StoredCatchUp {
  cron: string;
  time_zone: string;
  next_run_ms: number;
  now_ms: number;
  /** Whether its tick is due. If not, a run was asked for. */
  is_due: boolean;
  requested_ms: number | null;
  /** Null if it is a method. */
  job_type: string | null;
  payload: unknown;
  overlap: Overlap;
  jitter_ms: number;
  ends_ms: number | null;
  times_left: number | null;
}

/**
 * Locks a due schedule for this transaction. Returns no row if another process has locked it, if it is not due and nobody
 * has asked for a run, or if its cron text or zone in the code is not the caller's. From then on, neither a statement nor
 * a pause may exceed `limitMs`. So a process that stalls or is cut off does not keep the lock.
 */
export const lockDueSchedule = statement<
  [name: string, cron: string | null, timeZone: string | null, limitMs: string],
  DueScheduleRow
>(
  'lock_due_schedule',
  `
  select cron, time_zone, catch_up, catch_up_last, ${epochMs('next_run_at')} as next_run_ms, ${epochMs('now()')} as now_ms,
    greatest(next_run_at, retry_at) <= now() as is_due, ${epochMs('run_requested_at')} as requested_ms,
    job_type, payload, overlap, jitter_ms, ${epochMs('ends_at')} as ends_ms, times_left,
    ${limitTo('statement_timeout', '$4')},
    ${limitTo('idle_in_transaction_session_timeout', '$4')}
  from {job_schedules}
  where name = $1 and ${isOf('$2', '$3')}
    and (greatest(next_run_at, retry_at) <= now() or run_requested_at is not null)
  for update skip locked`,
);

/** Records a tick. Returns no row if it has fired before. */
export const recordTick = statement<[name: string, plannedAt: Date], { name: string }>(
  'record_tick',
  `
  insert into {job_schedule_ticks} as t (name, planned_at) values ($1, $2)
  on conflict (name, planned_at) do update
  set fired_at = now(), outcome = excluded.outcome
  where t.outcome = 'failed'
  returning name`,
);

/** Writes what became of a tick that enqueues a job. */
export const noteTick = statement<[name: string, plannedAt: Date, outcome: string, jobId: string | null], never>(
  'note_tick',
  `update {job_schedule_ticks} set outcome = $3, job_id = $4 where name = $1 and planned_at = $2`,
);

/** The jobs of the latest ticks of a schedule that have not finished. */
export const unfinishedJobs = statement<[name: string, shards: number[], ticks: number], { id: string }>(
  'unfinished_jobs',
  `
  select distinct t.job_id as id
  from (
    select job_id from {job_schedule_ticks} where name = $1 and job_id is not null order by planned_at desc limit $3
  ) as t
  where exists (
    select
    from {jobs} as j
    where j.shard = any ($2::smallint[]) and j.id = t.job_id and j.status in ('pending', 'blocked', 'processing')
  )`,
);

export type AdvanceScheduleParams = [
  name: string,
  /** Null if the schedule has ended. */
  nextRunAt: Date | null,
  lastPlannedAt: Date | null,
  /** Before this time the next tick does not fire. */
  notBefore: Date | null,
  /** By how much `times_left` falls. */
  times: number,
];

export const advanceSchedule = statement<AdvanceScheduleParams, never>(
  'advance_schedule',
  `
  update {job_schedules}
  set next_run_at = coalesce($2::timestamptz, 'infinity'), ended_at = case when $2::timestamptz is null then now() end,
      last_planned_at = coalesce($3, last_planned_at), failures = 0, last_error = null, retry_at = $4,
      times_left = times_left - $5::int, updated_at = now()
  where name = $1`,
);
