import type { CatchUp } from '../job/catch-up.js';
import { JobsError } from '../job/job.errors.js';
import type { NextTick } from './cron-times.js';

export interface DueTick {
  /** The tick to fire now, or null if it is to be dropped. */
  plannedAt: Date | null;
  nextRunAt: Date;
}

/** A tick this late has been missed, as far as `catchUp: 'none'` goes. */
const MISSED_AFTER_MS = 60_000;

/**
 * What to do about a schedule whose next run, `nextRunAt`, is due; null is the last time before `now`. `all` goes one tick
 * at a time, so that each is a transaction of its own. Throws `JobsError` JOBS_SCHEDULE_STUCK if `ticks` goes back.
 */
export function dueTick(catchUp: CatchUp, nextRunAt: Date | null, now: Date, ticks: NextTick): DueTick {
  const next = onlyForward(ticks);
  if (catchUp === 'all') {
    const plannedAt = nextRunAt ?? latestTick(null, now, next);
    return { plannedAt, nextRunAt: next(plannedAt) };
  }
  const latest = latestTick(nextRunAt, now, next);
  const missed = catchUp === 'none' && now.getTime() - latest.getTime() > MISSED_AFTER_MS;
  return { plannedAt: missed ? null : latest, nextRunAt: next(latest) };
}

/**
 * The last tick that is not after `now`. Looks back from `now` in growing steps, so that a schedule of every second
 * that was down for a month costs no more than a yearly one.
 */
function latestTick(nextRunAt: Date | null, now: Date, next: NextTick): Date {
  for (let backMs = 2_000; !nextRunAt || now.getTime() - backMs > nextRunAt.getTime(); backMs *= 8) {
    const tick = next(new Date(now.getTime() - backMs));
    if (tick.getTime() <= now.getTime()) return lastFrom(tick, now, next);
  }
  return lastFrom(nextRunAt, now, next);
}

function lastFrom(tick: Date, now: Date, next: NextTick): Date {
  for (let following = next(tick); following.getTime() <= now.getTime(); following = next(tick)) tick = following;
  return tick;
}

/** A time that is not later than the last would be found again and again, and the process would do nothing else. */
function onlyForward(ticks: NextTick): NextTick {
  return (after) => {
    const tick = ticks(after);
    if (tick.getTime() > after.getTime()) return tick;
    throw new JobsError({
      code: 'JOBS_SCHEDULE_STUCK',
      what: `The next time after ${after.toISOString()} came out as ${tick.toISOString()}, which is not later.`,
      fix: 'This is a fault of the library; report it with the cron text and the time zone of the schedule.',
    });
  };
}
