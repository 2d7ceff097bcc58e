import type { StoredCatchUp } from '../../../job/catch-up.js';
import type { Overlap } from '../../../job/overlap.js';
import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';

/** A holder renews `updated_at` at least every 45 seconds, and a row may be taken over after 90. */
const HELD = `updated_at > now() - interval '90 seconds'`;
/** An operator can also pause by SQL, with an infinite time. */
const IS_PAUSED = `(next_run_at = 'infinity' and ended_at is null)`;

/** What operators set of a schedule. */
export interface ScheduleSettingsRow extends StoredCatchUp {
  cron: string;
  time_zone: string;
  /** What an operator has replaced. Null if nobody has. */
  code_cron: string | null;
  code_time_zone: string | null;
  /** Null if it is a method. */
  job_type: string | null;
  overlap: Overlap;
  jitter_ms: number;
  starts_ms: number | null;
  ends_ms: number | null;
  times: number | null;
  times_left: number | null;
  is_paused: boolean;
  /** Whether a running process may fire it. */
  is_held: boolean;
  /** Infinity while it is paused, and once it has ended. */
  next_run_ms: number;
  last_planned_ms: number | null;
  now_ms: number;
}

export interface LockedScheduleRow extends ScheduleSettingsRow {
  has_ended: boolean;
}

const SETTINGS = `
    cron, time_zone, code_cron, code_time_zone, catch_up, catch_up_last, job_type, overlap, jitter_ms,
    ${epochMs('starts_at')} as starts_ms, ${epochMs('ends_at')} as ends_ms, times, times_left, ${IS_PAUSED} as is_paused,
    ${HELD} as is_held, ${epochMs('next_run_at')} as next_run_ms, ${epochMs('last_planned_at')} as last_planned_ms,
    ${epochMs('now()')} as now_ms`;

/** Locks a schedule. A tick that is running holds the lock until it ends. */
export const lockSchedule = statement<[name: string], LockedScheduleRow>(
  'lock_schedule',
  `
  select ${SETTINGS}, ended_at is not null as has_ended
  from {job_schedules}
  where name = $1
  for update`,
);

/** Processes of older versions know this pause too, because the next run is never due. */
export const pauseSchedule = statement<[name: string, by: string | null], never>(
  'pause_schedule',
  `
  update {job_schedules}
  set paused_at = case when ${IS_PAUSED} then coalesce(paused_at, now()) else now() end,
      paused_by = $2, next_run_at = 'infinity', retry_at = null
  where name = $1`,
);

/** Null as the next run: it has ended. */
export const resumeSchedule = statement<[name: string, nextRunAt: Date | null, notBefore: Date | null], never>(
  'resume_schedule',
  `
  update {job_schedules}
  set paused_at = null, paused_by = null, retry_at = $3,
      next_run_at = coalesce($2::timestamptz, 'infinity'), ended_at = case when $2::timestamptz is null then now() end
  where name = $1`,
);

/** A request that has not fired yet stays as it is. Ticks have whole milliseconds, as dates in JavaScript do. */
export const requestRun = statement<[name: string], never>(
  'request_run',
  `
  update {job_schedules}
  set run_requested_at = coalesce(run_requested_at, date_trunc('milliseconds', now()))
  where name = $1`,
);

export interface ListedTick {
  planned_ms: number;
  fired_ms: number;
  outcome: 'fired' | 'skipped' | 'replaced' | 'failed';
  job_id: string | null;
  error: string | null;
}

export interface ListedScheduleRow extends ScheduleSettingsRow {
  name: string;
  paused_ms: number | null;
  paused_by: string | null;
  set_ms: number | null;
  set_by: string | null;
  ended_ms: number | null;
  requested_ms: number | null;
  failures: number;
  last_error: string | null;
  /** The latest first. */
  ticks: ListedTick[];
}

/** The given schedules, or all, with their latest ticks. Of one that was paused by SQL, the last change is the pause. */
export const listSchedules = statement<[names: string[] | null, ticks: number, limit: number], ListedScheduleRow>(
  'list_schedules',
  `
  select
    s.name, ${SETTINGS},
    case when ${IS_PAUSED} then ${epochMs('coalesce(s.paused_at, s.updated_at)')} end as paused_ms,
    case when ${IS_PAUSED} then s.paused_by end as paused_by,
    ${epochMs('s.set_at')} as set_ms, s.set_by, ${epochMs('s.ended_at')} as ended_ms,
    ${epochMs('s.run_requested_at')} as requested_ms, s.failures, left(s.last_error, 1000) as last_error,
    ticks.latest as ticks
  from {job_schedules} as s
  cross join lateral (
    select coalesce(
      jsonb_agg(
        jsonb_build_object(
          'planned_ms', ${epochMs('t.planned_at')}, 'fired_ms', ${epochMs('t.fired_at')}, 'outcome', t.outcome,
          'job_id', t.job_id, 'error', left(t.error, 1000)
        )
        order by t.planned_at desc
      ),
      '[]'
    ) as latest
    from (
      select planned_at, fired_at, outcome, job_id, error
      from {job_schedule_ticks}
      where name = s.name
      order by planned_at desc
      limit $2
    ) as t
  ) as ticks
  where $1::text[] is null or s.name = any ($1)
  order by s.name
  limit $3`,
);

/** The names of all schedules, for the advice about an unknown one. */
export const readScheduleNames = statement<[], { name: string }>(
  'read_schedule_names',
  `select name from {job_schedules} order by name limit 1000`,
);
