import { requireCron, ticksOf, type NextTick } from '../../schedule/cron/cron-times.js';

interface CronText {
  cron: string;
  timeZone: string;
}

/** How far times are looked for, in milliseconds: 30 years. Of a leap day, 100 times are 400 years of clock changes. */
export const FARTHEST_MS = 30 * 366 * 86_400_000;

/**
 * The next `count` times of a cron text after `after`, within 30 years. Empty if the text is not valid, or this process does not know its
 * zone: a row may have been written by hand or by a newer version.
 */
export function nextTimes(text: CronText, after: Date, count: number): Date[] {
  const next = ticksOrNull(text);
  if (!next) return [];
  const times: Date[] = [];
  const lastMs = after.getTime() + FARTHEST_MS;
  try {
    while (times.length < count) {
      const time = next(times.at(-1) ?? after);
      if (time.getTime() > lastMs) break;
      times.push(time);
    }
  } catch (error) {
    // The text names no more times within the years that are searched.
    if (!(error instanceof RangeError)) throw error;
  }
  return times;
}

export function ticksOrNull({ cron, timeZone }: CronText): NextTick | null {
  try {
    requireCron('schedule', cron, timeZone);
    return ticksOf(cron, timeZone);
  } catch {
    return null;
  }
}
