import type { NextTick } from '../../schedule/cron/cron-times.js';
import { boundedRun, firstRun, type Bounds, type NextRun } from '../../schedule/next-run.js';
import type { LockedScheduleRow } from '../../store/sql/schedule/steer-schedules.sql.js';

/** When a schedule fires next, with the settings that it gets now. */
export interface NewTimes extends Bounds {
  cron: string;
  timeZone: string;
  next: NextTick;
}

/** The bounds in a row. */
export function boundsOf(row: LockedScheduleRow): Bounds {
  return {
    startsAt: row.starts_ms === null ? null : new Date(row.starts_ms),
    endsAt: row.ends_ms === null ? null : new Date(row.ends_ms),
    timesLeft: row.times_left,
    jitterMs: row.jitter_ms,
  };
}

/**
 * The next run of a schedule that is changed. It stays as it is while text, zone and start do, and if it is due: so a change
 * loses no tick, and none fires by the old text and the new one.
 */
export function nextRunOf(row: LockedScheduleRow, times: NewTimes, random = Math.random()): NextRun {
  const nextMs = row.next_run_ms;
  const isSame =
    row.cron === times.cron &&
    row.time_zone === times.timeZone &&
    row.starts_ms === (times.startsAt?.getTime() ?? null);
  const keeps = Number.isFinite(nextMs) && (isSame || nextMs <= row.now_ms);
  if (keeps) return boundedRun(times.next, new Date(nextMs), times, random);
  return firstRun(times.next, lastTimeOf(row), times, random);
}

/** Ticks until then have fired, or are not made up for. */
export function lastTimeOf(row: LockedScheduleRow): Date {
  return new Date(Math.max(row.now_ms, row.last_planned_ms ?? -Infinity));
}
