import type { CatchUp } from '../../job/catch-up.js';
import { statement } from '../statement.js';

/**
 * Registers a schedule. Its next run is kept, so that ticks missed during downtime are still seen, unless the cron text
 * or zone has changed.
 */
export const registerSchedule = statement<
  [name: string, cron: string, timeZone: string, catchUp: CatchUp, nextRunAt: Date],
  never
>(
  'register_schedule',
  `
  insert into job_schedules as s (name, cron, time_zone, catch_up, next_run_at)
  values ($1, $2, $3, $4, $5)
  on conflict (name) do update
  set cron = excluded.cron, time_zone = excluded.time_zone, catch_up = excluded.catch_up, updated_at = now(),
      next_run_at = case
        when (s.cron, s.time_zone) = (excluded.cron, excluded.time_zone) then s.next_run_at else excluded.next_run_at
      end
  where (s.cron, s.time_zone, s.catch_up) is distinct from (excluded.cron, excluded.time_zone, excluded.catch_up)`,
);

/** The database's clock, which all planning goes by. */
export const readClock = statement<[], { now: Date }>('read_clock', 'select now() as now');

/** How long until each schedule should be looked at; negative if it is due. A tick that failed waits for its retry. */
export const readSchedules = statement<[names: string[]], { name: string; due_in_ms: number }>(
  'read_schedules',
  `
  select name, extract(epoch from greatest(next_run_at, retry_at) - now())::float8 * 1000 as due_in_ms
  from job_schedules
  where name = any ($1)`,
);

/** Locks a due schedule for this transaction; nothing comes back if another replica has it or it is not due. */
export const lockDueSchedule = statement<[name: string], { next_run_at: Date; now: Date }>(
  'lock_due_schedule',
  `
  select next_run_at, now() as now
  from job_schedules
  where name = $1 and greatest(next_run_at, retry_at) <= now()
  for update skip locked`,
);

/** Records a tick; nothing comes back if it has fired before. */
export const recordTick = statement<[name: string, plannedAt: Date], { name: string }>(
  'record_tick',
  `
  insert into job_schedule_ticks (name, planned_at) values ($1, $2)
  on conflict (name, planned_at) do nothing
  returning name`,
);

export const advanceSchedule = statement<[name: string, nextRunAt: Date, lastPlannedAt: Date | null], never>(
  'advance_schedule',
  `
  update job_schedules
  set next_run_at = $2, last_planned_at = coalesce($3, last_planned_at), failures = 0, last_error = null,
      retry_at = null, updated_at = now()
  where name = $1`,
);

/** Puts a tick that threw off for a while. */
export const postponeSchedule = statement<[name: string, delayMs: number, error: string], never>(
  'postpone_schedule',
  `
  update job_schedules
  set failures = failures + 1, last_error = $3, updated_at = now(),
      retry_at = now() + $2::float8 * interval '1 millisecond'
  where name = $1`,
);
