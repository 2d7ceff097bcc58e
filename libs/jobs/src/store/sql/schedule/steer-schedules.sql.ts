import type { CatchUp } from '../../../job/catch-up.js';
import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';

export interface LockedScheduleRow {
  cron: string;
  time_zone: string;
  is_paused: boolean;
  /** Whether a running process may fire it. */
  is_held: boolean;
  now_ms: number;
}

/** A holder renews `updated_at` at least every 45 seconds, and a row may be taken over after 90. */
const HELD = `updated_at > now() - interval '90 seconds'`;
/** An operator can also pause by SQL, with an infinite time. */
const IS_PAUSED = `next_run_at = 'infinity'`;

/** Locks a schedule. A tick that is running holds the lock until it ends. */
export const lockSchedule = statement<[name: string], LockedScheduleRow>(
  'lock_schedule',
  `
  select cron, time_zone, ${IS_PAUSED} as is_paused, ${HELD} as is_held, ${epochMs('now()')} as now_ms
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

export const resumeSchedule = statement<[name: string, nextRunAt: Date], never>(
  'resume_schedule',
  `
  update {job_schedules}
  set paused_at = null, paused_by = null, next_run_at = $2, retry_at = null
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

export interface ListedScheduleRow {
  name: string;
  cron: string;
  time_zone: string;
  catch_up: CatchUp;
  is_paused: boolean;
  is_held: boolean;
  paused_ms: number | null;
  paused_by: string | null;
  /** Infinity while it is paused. */
  next_run_ms: number;
  requested_ms: number | null;
  last_planned_ms: number | null;
  failures: number;
  last_error: string | null;
  now_ms: number;
  /** The latest first. */
  ticks: { planned_ms: number; fired_ms: number }[];
}

/** The given schedules, or all, with their latest ticks. Of one that was paused by SQL, the last change is the pause. */
export const listSchedules = statement<[names: string[] | null, ticks: number, limit: number], ListedScheduleRow>(
  'list_schedules',
  `
  select
    s.name, s.cron, s.time_zone, s.catch_up, ${IS_PAUSED} as is_paused, ${HELD} as is_held,
    case when ${IS_PAUSED} then ${epochMs('coalesce(s.paused_at, s.updated_at)')} end as paused_ms,
    case when ${IS_PAUSED} then s.paused_by end as paused_by,
    ${epochMs('s.next_run_at')} as next_run_ms, ${epochMs('s.run_requested_at')} as requested_ms,
    ${epochMs('s.last_planned_at')} as last_planned_ms, s.failures, left(s.last_error, 1000) as last_error,
    ${epochMs('now()')} as now_ms, ticks.latest as ticks
  from {job_schedules} as s
  cross join lateral (
    select coalesce(
      jsonb_agg(
        jsonb_build_object('planned_ms', ${epochMs('t.planned_at')}, 'fired_ms', ${epochMs('t.fired_at')})
        order by t.planned_at desc
      ),
      '[]'
    ) as latest
    from (
      select planned_at, fired_at from {job_schedule_ticks} where name = s.name order by planned_at desc limit $2
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
