import type { CatchUp } from '../job/catch-up.js';
import type { ListedScheduleRow } from '../store/sql/schedule/steer-schedules.sql.js';
import { dateOrNull } from './date-or-null.js';
import { nextTimes } from './next-times.js';

/** A schedule as operators see it. */
export interface JobScheduleView {
  name: string;
  cron: string;
  timeZone: string;
  catchUp: CatchUp;
  /** Whether a running process has it. If not, it does not fire. */
  held: boolean;
  paused: boolean;
  /** Null if it is not paused. If it was paused by SQL, when its row was last written. */
  pausedAt: Date | null;
  /** Null if it is not known, as after a pause by SQL. */
  pausedBy: string | null;
  /** Null while it is paused. */
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
  /** The last five ticks, the latest first. */
  ticks: { plannedAt: Date; firedAt: Date }[];
  /** When this was read, by the database's clock. */
  readAt: Date;
}

const NEXT = 5;

export function toSchedule(row: ListedScheduleRow): JobScheduleView {
  const nextRunAt = dateOrNull(row.next_run_ms);
  return {
    name: row.name,
    cron: row.cron,
    timeZone: row.time_zone,
    catchUp: row.catch_up,
    held: row.is_held,
    paused: row.is_paused,
    pausedAt: dateOrNull(row.paused_ms),
    pausedBy: row.paused_by,
    nextRunAt,
    next: row.is_paused ? [] : nextOf(row, nextRunAt),
    runRequestedAt: dateOrNull(row.requested_ms),
    lastPlannedAt: dateOrNull(row.last_planned_ms),
    failures: row.failures,
    lastError: row.last_error,
    ticks: row.ticks.map((tick) => ({ plannedAt: new Date(tick.planned_ms), firedAt: new Date(tick.fired_ms) })),
    readAt: new Date(row.now_ms),
  };
}

/** An operator may have set the next run to a time that the text does not name. One that is due fires at once. */
function nextOf({ cron, time_zone: timeZone, now_ms: nowMs }: ListedScheduleRow, nextRunAt: Date | null): Date[] {
  const first = nextRunAt && nextRunAt.getTime() > nowMs ? [nextRunAt] : [];
  return [...first, ...nextTimes({ cron, timeZone }, first[0] ?? new Date(nowMs), NEXT - first.length)];
}
