import type { StoredCatchUp } from '../../../job/catch-up.js';
import type { Overlap } from '../../../job/overlap.js';
import { statement } from '../../statement.js';

/** The settings of a schedule that is made at run time. */
export interface MadeSchedule extends StoredCatchUp {
  name: string;
  cron: string;
  timeZone: string;
  jobType: string;
  /** JSON. Null: as it is. */
  payload: string | null;
  overlap: Overlap;
  jitterMs: number;
  startsAt: Date | null;
  endsAt: Date | null;
  times: number | null;
  timesLeft: number | null;
  by: string | null;
}

/** When it fires next. */
export interface NextRun {
  /** Null if it has ended. */
  nextRunAt: Date | null;
  /** Before this time the next tick does not fire. */
  notBefore: Date | null;
}

type MadeParams = [
  name: string,
  cron: string,
  timeZone: string,
  catchUp: string,
  catchUpLast: number | null,
  jobType: string,
  payload: string | null,
  overlap: string,
  jitterMs: number,
  startsAt: Date | null,
  endsAt: Date | null,
  times: number | null,
  timesLeft: number | null,
  by: string | null,
  nextRunAt: Date | null,
  notBefore: Date | null,
];

export function madeParams(made: MadeSchedule, { nextRunAt, notBefore }: NextRun): MadeParams {
  const { name, cron, timeZone, catch_up, catch_up_last, jobType, payload, overlap, jitterMs } = made;
  const { startsAt, endsAt, times, timesLeft, by } = made;
  return [
    name,
    cron,
    timeZone,
    catch_up,
    catch_up_last,
    jobType,
    payload,
    overlap,
    jitterMs,
    startsAt,
    endsAt,
    times,
    timesLeft,
    by,
    nextRunAt,
    notBefore,
  ];
}

/** Returns no row if there is one with the name. */
export const createSchedule = statement<[...MadeParams, most: number], { name: string }>(
  'create_schedule',
  `
  insert into {job_schedules} (
    name, cron, time_zone, catch_up, catch_up_last, job_type, payload, overlap, jitter_ms, starts_at, ends_at, times,
    times_left, set_by, set_at, next_run_at, ended_at, retry_at
  )
  select $1::text, $2::text, $3::text, $4::text, $5::int, $6::text, $7::jsonb, $8::text, $9::int, $10::timestamptz,
    $11::timestamptz, $12::int, $13::int, $14::text, now(), coalesce($15::timestamptz, 'infinity'),
    case when $15::timestamptz is null then now() end, $16::timestamptz
  where (select count(*) from {job_schedules} where job_type is not null) < $17::int
  on conflict (name) do nothing
  returning name`,
);

/** A pause lasts. The next run of the parameters is not used while it does. */
export const setSchedule = statement<MadeParams, never>(
  'set_schedule',
  `
  update {job_schedules}
  set cron = $2, time_zone = $3, catch_up = $4, catch_up_last = $5, job_type = $6, payload = coalesce($7::jsonb, payload),
      overlap = $8, jitter_ms = $9, starts_at = $10, ends_at = $11, times = $12, times_left = $13, set_by = $14,
      set_at = now(),
      next_run_at = case
        when next_run_at = 'infinity' and ended_at is null then next_run_at
        else coalesce($15::timestamptz, 'infinity')
      end,
      ended_at = case
        when next_run_at = 'infinity' and ended_at is null then null
        when $15::timestamptz is null then now()
      end,
      retry_at = $16
  where name = $1`,
);

/** Replaces the cron text and zone of a method. Without `codeCron`, they are those of the code again. A pause lasts. */
export const setScheduleText = statement<
  [
    name: string,
    cron: string,
    timeZone: string,
    codeCron: string | null,
    codeTimeZone: string | null,
    by: string | null,
    nextRunAt: Date,
  ],
  never
>(
  'set_schedule_text',
  `
  update {job_schedules}
  set cron = $2, time_zone = $3, code_cron = $4, code_time_zone = $5, set_by = $6,
      set_at = case when $4::varchar is not null then now() end, retry_at = null,
      next_run_at = case when next_run_at = 'infinity' then next_run_at else $7 end
  where name = $1`,
);

export const removeSchedule = statement<[name: string], never>(
  'remove_schedule',
  `
  with ticks as (
    delete from {job_schedule_ticks} where name = $1
  )
  delete from {job_schedules} where name = $1`,
);

/** What a schedule enqueues. */
export const readSchedulePayload = statement<[name: string], { payload: unknown }>(
  'read_schedule_payload',
  `select payload from {job_schedules} where name = $1 and job_type is not null`,
);
