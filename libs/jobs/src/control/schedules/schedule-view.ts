import { catchUpOf, type CatchUp } from '../../job/catch-up.js';
import type { Overlap } from '../../job/overlap.js';
import type { ListedScheduleRow, ListedTick } from '../../store/sql/schedule/steer-schedules.sql.js';
import { dateOrNull } from '../date-or-null.js';
import { nextTimes } from './next-times.js';

/** A tick, or a run by hand, and what became of it. */
export interface JobScheduleTick {
  plannedAt: Date;
  /** When it fired, or was last tried. */
  firedAt: Date;
  /**
   * `skipped`: a job of an earlier tick was unfinished. `replaced`: it has fired, and such a job was cancelled. `failed`: it
   * threw, and is tried again unless it was a run by hand.
   */
  outcome: 'fired' | 'skipped' | 'replaced' | 'failed';
  /** The job that it has added, or for which it was skipped. Null for the tick of a method. */
  jobId: string | null;
  /** Of the last try that failed, its first 1,000 characters. */
  error: string | null;
}

/** A schedule as operators see it. */
export interface JobScheduleView {
  name: string;
  /** The text in force. */
  cron: string;
  timeZone: string;
  catchUp: CatchUp;
  /** The type of the job that it enqueues, if it was made at run time. Null if it is a method with `@ScheduledJob`. */
  job: string | null;
  /** The text and zone of `@ScheduledJob`, if an operator has replaced them. */
  declared: { cron: string; timeZone: string } | null;
  overlap: Overlap;
  jitterMs: number;
  startsAt: Date | null;
  endsAt: Date | null;
  /** How many ticks fire in all, and how many of them are left. Null: no limit. */
  times: number | null;
  timesLeft: number | null;
  /** When it was found that no tick is left. */
  endedAt: Date | null;
  /** When an operator made or changed it last, and who. Null if nobody has, or it is not known. */
  setAt: Date | null;
  setBy: string | null;
  /** Whether a running process has it. If not, it does not fire. */
  held: boolean;
  paused: boolean;
  /** Null if it is not paused. If it was paused by SQL, when its row was last written. */
  pausedAt: Date | null;
  /** Null if it is not known, as after a pause by SQL. */
  pausedBy: string | null;
  /** Null while it is paused, and once it has ended. */
  nextRunAt: Date | null;
  /** The next five times, `nextRunAt` first. None while it is paused; `JobSchedules.preview()` tells them even then. */
  next: Date[];
  /** A run that was asked for and has not fired yet. */
  runRequestedAt: Date | null;
  lastPlannedAt: Date | null;
  /** Failed tries since it last fired. */
  failures: number;
  /** Of the last failed try, its first 1,000 characters. Null once it has fired. */
  lastError: string | null;
  /** The last five ticks, the latest first. `JobSchedules.get()` tells the last hundred. */
  ticks: JobScheduleTick[];
  /** When this was read, by the database's clock. */
  readAt: Date;
}

const NEXT = 5;

export function toSchedule(row: ListedScheduleRow): JobScheduleView {
  const { code_cron: cron, code_time_zone: timeZone } = row;
  return {
    name: row.name,
    cron: row.cron,
    timeZone: row.time_zone,
    catchUp: catchUpOf(row),
    job: row.job_type,
    declared: cron === null || timeZone === null ? null : { cron, timeZone },
    ...settingsOf(row),
    held: row.is_held,
    paused: row.is_paused,
    pausedAt: dateOrNull(row.paused_ms),
    pausedBy: row.paused_by,
    nextRunAt: dateOrNull(row.next_run_ms),
    next: row.is_paused || row.ended_ms !== null ? [] : nextOf(row),
    runRequestedAt: dateOrNull(row.requested_ms),
    lastPlannedAt: dateOrNull(row.last_planned_ms),
    failures: row.failures,
    lastError: row.last_error,
    ticks: row.ticks.map(toTick),
    readAt: new Date(row.now_ms),
  };
}

function settingsOf(row: ListedScheduleRow) {
  return {
    overlap: row.overlap,
    jitterMs: row.jitter_ms,
    startsAt: dateOrNull(row.starts_ms),
    endsAt: dateOrNull(row.ends_ms),
    times: row.times,
    timesLeft: row.times_left,
    endedAt: dateOrNull(row.ended_ms),
    setAt: dateOrNull(row.set_ms),
    setBy: row.set_by,
  };
}

function toTick({ planned_ms, fired_ms, outcome, job_id: jobId, error }: ListedTick): JobScheduleTick {
  return { plannedAt: new Date(planned_ms), firedAt: new Date(fired_ms), outcome, jobId, error };
}

/** An operator may have set the next run to a time that the text does not name. One that is due fires at once. */
function nextOf(row: ListedScheduleRow): Date[] {
  const { cron, time_zone: timeZone, now_ms: nowMs } = row;
  const nextRunAt = dateOrNull(row.next_run_ms);
  const first = nextRunAt && nextRunAt.getTime() > nowMs ? [nextRunAt] : [];
  const times = [...first, ...nextTimes({ cron, timeZone }, first[0] ?? new Date(nowMs), NEXT - first.length)];
  const endsMs = row.ends_ms ?? Infinity;
  return times.filter((time) => time.getTime() <= endsMs).slice(0, row.times_left ?? NEXT);
}
