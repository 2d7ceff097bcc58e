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
 * Decides what happens to a schedule that is due. `nextRunAt: null` stands for the last tick before `now`. With `all` and
 * with the last so many, each call fires one tick, so that each tick has its own transaction. No tick after `endsAt` is
 * fired. Throws `JobsError` with the code `JOBS_SCHEDULE_STUCK` if `ticks` returns a time that is not later.
 */
export function dueTick(
  catchUp: CatchUp,
  nextRunAt: Date | null,
  now: Date,
  ticks: NextTick,
  endsAt: Date | null = null,
): DueTick {
  const next = onlyForward(ticks);
  const until = endsAt && endsAt.getTime() < now.getTime() ? endsAt : now;
  if (catchUp === 'all') {
    const plannedAt = nextRunAt ?? latestTick(null, until, next);
    return { plannedAt, nextRunAt: next(plannedAt) };
  }
  if (typeof catchUp === 'object') {
    const plannedAt = firstOfLast(catchUp.last, nextRunAt, until, next);
    return { plannedAt, nextRunAt: next(plannedAt) };
  }
  const latest = latestTick(nextRunAt, until, next);
  const missed = catchUp === 'none' && now.getTime() - latest.getTime() > MISSED_AFTER_MS;
  return { plannedAt: missed ? null : latest, nextRunAt: next(latest) };
}

/** The earliest of the last so many ticks until `until`, but none before `nextRunAt`. */
function firstOfLast(last: number, nextRunAt: Date | null, until: Date, next: NextTick): Date {
  let first = latestTick(nextRunAt, until, next);
  for (let count = 1; count < last && (!nextRunAt || first.getTime() > nextRunAt.getTime()); count++)
    first = latestTick(nextRunAt, new Date(first.getTime() - 1), next);
  return first;
}

/**
 * The last tick that is not after `until`. Searches backwards from `until` in growing steps, and then halves what is left.
 * So a schedule that fires every second and was down for a month takes no more steps than a yearly one.
 */
function latestTick(nextRunAt: Date | null, until: Date, next: NextTick): Date {
  for (let backMs = 2_000; !nextRunAt || until.getTime() - backMs > nextRunAt.getTime(); backMs *= 8) {
    const tick = next(new Date(until.getTime() - backMs));
    if (tick.getTime() <= until.getTime()) return lastFrom(tick, until, next);
  }
  return lastFrom(nextRunAt, until, next);
}

/** The last tick from `tick` to `until`. Goes on to the next one and halves what is left, in turns. */
function lastFrom(tick: Date, until: Date, next: NextTick): Date {
  let endMs = until.getTime();
  for (;;) {
    const following = next(tick);
    if (following.getTime() > endMs) return tick;
    tick = following;
    const middle = new Date(Math.floor((tick.getTime() + endMs) / 2));
    const found = next(middle);
    if (found.getTime() > endMs) endMs = middle.getTime();
    else tick = found;
  }
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
