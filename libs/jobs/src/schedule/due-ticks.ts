import type { CatchUp } from '../job/catch-up.js';
import { JobsError } from '../job/job.errors.js';
import type { NextTick } from './cron/cron-times.js';

export interface DueTick {
  /** The tick to fire now. Null: the tick is dropped. */
  plannedAt: Date | null;
  nextRunAt: Date;
}

/** With `catchUp: 'none'`, a tick that is later than this counts as missed. */
const MISSED_AFTER_MS = 60_000;

/**
 * Decides what happens to a schedule that is due. `nextRunAt: null` stands for the last tick before `now`. With `all`,
 * each call fires one tick, so that each tick has its own transaction. Throws `JobsError` with the code
 * `JOBS_SCHEDULE_STUCK` if `ticks` returns a time that is not later.
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
 * The last tick that is not after `now`. Searches backwards from `now` in growing steps. So a schedule that fires every
 * second and was down for a month takes no more steps than a yearly one.
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

/** Without this check, a time that is not later than the last one would make the search loop for ever. */
function onlyForward(ticks: NextTick): NextTick {
  return (after) => {
    const tick = ticks(after);
    if (tick.getTime() > after.getTime()) return tick;
    throw new JobsError({
      code: 'JOBS_SCHEDULE_STUCK',
      what: `The next time after ${after.toISOString()} was computed as ${tick.toISOString()}, which is not later.`,
      fix: 'This is a bug in the library. Report it with the cron text and the time zone of the schedule.',
    });
  };
}
