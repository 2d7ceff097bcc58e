import type { StoredCatchUp } from '../../../job/catch-up.js';
import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';

/** A row that no process with its cron text and zone has held for this long may be taken over by any process. */
const ABANDONED_AFTER = `interval '90 seconds'`;
/** How long `updated_at` shows that a process holds the row. Then the process renews it. */
const HELD_FOR = `interval '30 seconds'`;

/** The cron text and zone in the code, which an operator may have replaced. They decide which processes fire it. */
const codeText = (row: string) =>
  `(coalesce(${row}code_cron, ${row}cron), coalesce(${row}code_time_zone, ${row}time_zone))`;

const IS_OWN = `(${codeText('s.')} = (excluded.cron, excluded.time_zone))`;

export type RegisterScheduleParams = [
  name: string,
  cron: string,
  timeZone: string,
  catchUp: StoredCatchUp['catch_up'],
  catchUpLast: number | null,
  nextRunAt: Date,
  /** Whether to leave the row alone if a process with another cron text or zone has held it lately. */
  onlyAbandoned: boolean,
];

/**
 * Writes a schedule as the code has it. What an operator has set in place of the code's text lasts until that changes. A
 * schedule that was made at run time keeps its name. The next run stays as it is in three cases:
 * - Cron text and zone of the code are unchanged, so that ticks missed during downtime are still seen.
 * - It is due, so that a change loses no tick.
 * - An operator has paused the schedule.
 */
export const registerSchedule = statement<RegisterScheduleParams, never>(
  'register_schedule',
  `
  insert into {job_schedules} as s (name, cron, time_zone, catch_up, catch_up_last, next_run_at)
  values ($1, $2, $3, $4, $5, $6)
  on conflict (name) do update
  set cron = case when ${IS_OWN} then s.cron else excluded.cron end,
      time_zone = case when ${IS_OWN} then s.time_zone else excluded.time_zone end,
      code_cron = case when ${IS_OWN} then s.code_cron end,
      code_time_zone = case when ${IS_OWN} then s.code_time_zone end,
      set_at = case when ${IS_OWN} then s.set_at end,
      set_by = case when ${IS_OWN} then s.set_by end,
      catch_up = excluded.catch_up, catch_up_last = excluded.catch_up_last, updated_at = now(),
      next_run_at = case
        when ${IS_OWN} then s.next_run_at
        when s.next_run_at <= now() or s.next_run_at = 'infinity' then s.next_run_at
        else excluded.next_run_at
      end,
      retry_at = case when ${IS_OWN} then s.retry_at end
  where s.job_type is null
    and (not ${IS_OWN} or (s.catch_up, s.catch_up_last) is distinct from (excluded.catch_up, excluded.catch_up_last))
    and (not $7::boolean or s.updated_at < now() - ${ABANDONED_AFTER})`,
  { waitsForLocks: true },
);

/** The database's clock. Every decision about a schedule uses it. */
export const readClock = statement<[], { now_ms: number }>('read_clock', `select ${epochMs('now()')} as now_ms`);

export interface ScheduleRow extends StoredCatchUp {
  name: string;
  /** The text in the code. In force is another one if an operator has replaced it. */
  cron: string;
  time_zone: string;
  /** Whether it was made at run time. */
  is_made: boolean;
  /**
   * Milliseconds until it falls due; 0 or negative if it is due. A failed tick falls due with its retry, and a run that
   * was asked for at once.
   */
  due_in_ms: number;
  is_held: boolean;
  is_abandoned: boolean;
}

/** The given schedules, and those made at run time. */
export const readSchedules = statement<[names: string[]], ScheduleRow>(
  'read_schedules',
  `
  select name, coalesce(code_cron, cron) as cron, coalesce(code_time_zone, time_zone) as time_zone, catch_up,
    catch_up_last, job_type is not null as is_made,
    case
      when run_requested_at is null then ${epochMs('greatest(next_run_at, retry_at)')} - ${epochMs('now()')}
      else 0
    end as due_in_ms,
    updated_at > now() - ${HELD_FOR} as is_held,
    updated_at < now() - ${ABANDONED_AFTER} as is_abandoned
  from {job_schedules}
  where name = any ($1) or job_type is not null`,
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
      on s.name = own.name and ${codeText('s.')} = (own.cron, own.time_zone)
    where s.updated_at <= now() - ${HELD_FOR}
    for update of s skip locked
  )`,
);

/** Postpones a tick that threw, and notes it as failed. */
export const postponeSchedule = statement<
  [name: string, cron: string | null, timeZone: string | null, delayMs: number, error: string, plannedAt: Date | null],
  never
>(
  'postpone_schedule',
  `
  with postponed as (
    update {job_schedules}
    set failures = failures + 1, last_error = $5, updated_at = now(),
        retry_at = now() + $4::float8 * interval '1 millisecond'
    where name = $1 and ${isOf('$2', '$3')}
    returning name
  )
  ${failedTick('postponed', '$6', '$5')}`,
  { waitsForLocks: true },
);

/** SQL for whether a row belongs to the method with this cron text and zone, or without them, was made at run time. */
export function isOf(cron: string, timeZone: string): string {
  return `case
      when ${cron}::text is null then job_type is not null
      else job_type is null and ${codeText('')} = (${cron}::text, ${timeZone}::text)
    end`;
}

/** SQL that notes a tick which threw, unless it has fired. Its next try is the same tick. */
export function failedTick(source: string, plannedAt: string, error: string): string {
  return `insert into {job_schedule_ticks} as t (name, planned_at, outcome, error)
  select name, ${plannedAt}::timestamptz, 'failed', ${error}
  from ${source}
  where ${plannedAt}::timestamptz is not null
  on conflict (name, planned_at) do update
  set fired_at = now(), error = excluded.error
  where t.outcome = 'failed'`;
}
