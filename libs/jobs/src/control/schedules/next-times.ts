import { requireCron, ticksOf, type NextTick } from '../../schedule/cron/cron-times.js';

interface CronText {
  cron: string;
  timeZone: string;
}

/**
 * The next `count` times of a cron text after `after`. Empty if the text is not valid, or this process does not know its
 * zone: a row may have been written by hand or by a newer version.
 */
export function nextTimes(text: CronText, after: Date, count: number): Date[] {
  const next = ticksOrNull(text);
  if (!next) return [];
  const times: Date[] = [];
  try {
    while (times.length < count) times.push(next(times.at(-1) ?? after));
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
