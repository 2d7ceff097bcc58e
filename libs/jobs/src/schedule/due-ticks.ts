import type { CatchUp } from '../job/catch-up.js';

export interface DueTick {
  /** The tick to fire now, or null if it is to be dropped. */
  plannedAt: Date | null;
  nextRunAt: Date;
}

/** A tick this late has been missed, as far as `catchUp: 'none'` goes. */
const MISSED_AFTER_MS = 60_000;

/**
 * What to do about a schedule whose next run, `nextRunAt`, is due. `next` gives the first tick after a time.
 * `all` goes one tick at a time, so that each is a transaction of its own.
 */
export function dueTick(catchUp: CatchUp, nextRunAt: Date, now: Date, next: (after: Date) => Date): DueTick {
  if (catchUp === 'all') return { plannedAt: nextRunAt, nextRunAt: next(nextRunAt) };
  const latest = latestTick(nextRunAt, now, next);
  const missed = catchUp === 'none' && now.getTime() - latest.getTime() > MISSED_AFTER_MS;
  return { plannedAt: missed ? null : latest, nextRunAt: next(latest) };
}

/**
 * The last tick that is not after `now`. Looks back from `now` in growing steps, so that a schedule of every second
 * that was down for a month costs no more than a yearly one.
 */
function latestTick(nextRunAt: Date, now: Date, next: (after: Date) => Date): Date {
  for (let backMs = 2_000; now.getTime() - backMs > nextRunAt.getTime(); backMs *= 8) {
    const tick = next(new Date(now.getTime() - backMs));
    if (tick.getTime() <= now.getTime()) return lastFrom(tick, now, next);
  }
  return lastFrom(nextRunAt, now, next);
}

function lastFrom(tick: Date, now: Date, next: (after: Date) => Date): Date {
  for (let following = next(tick); following.getTime() <= now.getTime(); following = next(tick)) tick = following;
  return tick;
}
