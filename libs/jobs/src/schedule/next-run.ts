import type { NextTick } from './cron/cron-times.js';

/** What limits and loosens the times of a schedule that was made at run time. */
export interface Bounds {
  /** No tick before it. Null: none. */
  startsAt: Date | null;
  /** No tick after it. Null: none. */
  endsAt: Date | null;
  /** How many more ticks fire. Null: no limit. */
  timesLeft: number | null;
  /** A tick fires up to this much later, but never later than half of the way to the next one. */
  jitterMs: number;
}

export interface NextRun {
  /** Null if the schedule has ended. */
  nextRunAt: Date | null;
  /** Before this time the next tick does not fire. Null: it fires at its time. */
  notBefore: Date | null;
}

export const ENDED: NextRun = { nextRunAt: null, notBefore: null };

/** The first run after `after`. Without a time that the text names, the schedule has ended. */
export function firstRun(next: NextTick, after: Date, bounds: Bounds, random = Math.random()): NextRun {
  const { startsAt } = bounds;
  const from = startsAt && startsAt.getTime() > after.getTime() ? new Date(startsAt.getTime() - 1) : after;
  try {
    return boundedRun(next, next(from), bounds, random);
  } catch (error) {
    if (error instanceof RangeError) return ENDED;
    throw error;
  }
}

/** The run at `nextRunAt`, unless the schedule has ended by then. */
export function boundedRun(next: NextTick, nextRunAt: Date, bounds: Bounds, random = Math.random()): NextRun {
  const { endsAt, timesLeft, jitterMs } = bounds;
  const isOver = (endsAt && nextRunAt.getTime() > endsAt.getTime()) || (timesLeft !== null && timesLeft <= 0);
  if (isOver) return ENDED;
  return { nextRunAt, notBefore: jitterMs === 0 ? null : delayed(next, nextRunAt, jitterMs, random) };
}

function delayed(next: NextTick, at: Date, jitterMs: number, random: number): Date {
  const gapMs = next(at).getTime() - at.getTime();
  return new Date(at.getTime() + Math.floor(random * Math.min(jitterMs, gapMs / 2)));
}
