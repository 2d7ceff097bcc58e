import type { CatchUp } from '../../../job/catch-up.js';
import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';

/** A row that no process with its cron text and zone has held for this long may be taken over by any process. */
const ABANDONED_AFTER = `interval '90 seconds'`;
/** How long `updated_at` shows that a process holds the row. Then the process renews it. */
const HELD_FOR = `interval '30 seconds'`;

/** SQL that sets a limit for the transaction, unless the database already has one. */
const limitTo = (setting: string, limit: string) =>
  `case when current_setting('${setting}') = '0' then set_config('${setting}', ${limit}, true) end`;

export type RegisterScheduleParams = [
  name: string,
  cron: string,
  timeZone: string,
  catchUp: CatchUp,
  nextRunAt: Date,
  /** Whether to leave the row alone if a process with another cron text or zone has held it lately. */
  onlyAbandoned: boolean,
];

/**
 * Writes a schedule as the code has it. The next run stays as it is in three cases:
 * - Cron text and zone are unchanged, so that ticks missed during downtime are still seen.
 * - It is due, so that a change loses no tick.
 * - An operator has paused the schedule.
 */
export const registerSchedule = statement<RegisterScheduleParams, never>(
  'register_schedule',
  `
  insert into {job_schedules} as s (name, cron, time_zone, catch_up, next_run_at)
  values ($1, $2, $3, $4, $5)
  on conflict (name) do update
  set cron = excluded.cron, time_zone = excluded.time_zone, catch_up = excluded.catch_up, updated_at = now(),
      next_run_at = case
        when (s.cron, s.time_zone) = (excluded.cron, excluded.time_zone) then s.next_run_at
        when s.next_run_at <= now() or s.next_run_at = 'infinity' then s.next_run_at
        else excluded.next_run_at
      end,
      retry_at = case when (s.cron, s.time_zone) = (excluded.cron, excluded.time_zone) then s.retry_at end
  where (s.cron, s.time_zone, s.catch_up) is distinct from (excluded.cron, excluded.time_zone, excluded.catch_up)
    and (not $6::boolean or s.updated_at < now() - ${ABANDONED_AFTER})`,
  { waitsForLocks: true },
);

/** The database's clock. Every decision about a schedule uses it. */
export const readClock = statement<[], { now_ms: number }>('read_clock', `select ${epochMs('now()')} as now_ms`);

export interface ScheduleRow {
  name: string;
  cron: string;
  time_zone: string;
  catch_up: CatchUp;
  /**
   * Milliseconds until it falls due; 0 or negative if it is due. A failed tick falls due with its retry, and a run that
   * was asked for at once.
   */
  due_in_ms: number;
  is_held: boolean;
  is_abandoned: boolean;
}

export const readSchedules = statement<[names: string[]], ScheduleRow>(
  'read_schedules',
  `
  select name, cron, time_zone, catch_up,
    case
      when run_requested_at is null then ${epochMs('greatest(next_run_at, retry_at)')} - ${epochMs('now()')}
      else 0
    end as due_in_ms,
    updated_at > now() - ${HELD_FOR} as is_held,
    updated_at < now() - ${ABANDONED_AFTER} as is_abandoned
  from {job_schedules}
  where name = any ($1)`,
);

/** Shows that a living process holds these rows. Rows that a firing tick has locked are skipped. */
export const holdSchedules = statement<[names: string[], crons: string[], timeZones: string[]], never>(
  'hold_schedules',
  `
  update {job_schedules}
  set updated_at = now()
  where name in (
    select s.name
    from {job_schedules} as s
    join unnest($1::text[], $2::text[], $3::text[]) as own (name, cron, time_zone)
      on (s.name, s.cron, s.time_zone) = (own.name, own.cron, own.time_zone)
    where s.updated_at <= now() - ${HELD_FOR}
    for update of s skip locked
  )`,
);

export interface DueScheduleRow {
  next_run_ms: number;
  now_ms: number;
  /** Whether its tick is due. If not, a run was asked for. */
  is_due: boolean;
  requested_ms: number | null;
}

/**
 * Locks a due schedule for this transaction. Returns no row if another process has locked it, if it is not due and nobody
 * has asked for a run, or if its cron text or zone is not the caller's. From then on, neither a statement nor a pause may exceed `limitMs`. So a
 * process that stalls or is cut off does not keep the lock.
 */
export const lockDueSchedule = statement<
  [name: string, cron: string, timeZone: string, limitMs: string],
  DueScheduleRow
>(
  'lock_due_schedule',
  `
  select ${epochMs('next_run_at')} as next_run_ms, ${epochMs('now()')} as now_ms,
    greatest(next_run_at, retry_at) <= now() as is_due, ${epochMs('run_requested_at')} as requested_ms,
    ${limitTo('statement_timeout', '$4')},
    ${limitTo('idle_in_transaction_session_timeout', '$4')}
  from {job_schedules}
  where name = $1 and (cron, time_zone) = ($2, $3)
    and (greatest(next_run_at, retry_at) <= now() or run_requested_at is not null)
  for update skip locked`,
);

/** Records a tick. Returns no row if it has fired before. */
export const recordTick = statement<[name: string, plannedAt: Date], { name: string }>(
  'record_tick',
  `
  insert into {job_schedule_ticks} (name, planned_at) values ($1, $2)
  on conflict (name, planned_at) do nothing
  returning name`,
);

export const advanceSchedule = statement<[name: string, nextRunAt: Date, lastPlannedAt: Date | null], never>(
  'advance_schedule',
  `
  update {job_schedules}
  set next_run_at = $2, last_planned_at = coalesce($3, last_planned_at), failures = 0, last_error = null,
      retry_at = null, updated_at = now()
  where name = $1`,
);

/** Postpones a tick that threw. */
export const postponeSchedule = statement<
  [name: string, cron: string, timeZone: string, delayMs: number, error: string],
  never
>(
  'postpone_schedule',
  `
  update {job_schedules}
  set failures = failures + 1, last_error = $5, updated_at = now(),
      retry_at = now() + $4::float8 * interval '1 millisecond'
  where name = $1 and (cron, time_zone) = ($2, $3)`,
  { waitsForLocks: true },
);
