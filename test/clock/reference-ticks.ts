import type { CronText } from './cron-texts.js';
import type { ShownMinute } from './reference-clock.js';

const MINUTE_MS = 60_000;

/** The rule by brute force: walks the minutes and asks at each which named times the clock shows or has skipped. */
export function referenceTicks(text: CronText, minutes: readonly ShownMinute[]): number[] {
  const ticks: number[] = [];
  let reachedMs = minutes[0]!.wallMs;
  for (const { utcMs, wallMs } of minutes) {
    const shown = namedIn(text, wallMs, wallMs + MINUTE_MS).map((namedMs) => utcMs + namedMs - wallMs);
    if (text.namesEveryHour) ticks.push(...shown);
    else {
      const skipped = namedIn(text, reachedMs, wallMs);
      const first = wallMs >= reachedMs ? shown : [];
      ticks.push(...new Set([...(skipped.length > 0 ? [utcMs] : []), ...first]));
    }
    reachedMs = Math.max(reachedMs, wallMs + MINUTE_MS);
  }
  return ticks;
}

/** The times from one until another, on the wall, that the text names. Both are whole minutes. */
function namedIn(text: CronText, fromMs: number, untilMs: number): number[] {
  const named: number[] = [];
  for (let wallMs = fromMs; wallMs < untilMs; wallMs += MINUTE_MS)
    if (namesMinute(text, new Date(wallMs))) named.push(...text.seconds.map((second) => wallMs + second * 1_000));
  return named;
}

function namesMinute(text: CronText, wall: Date): boolean {
  if (!text.minutes.includes(wall.getUTCMinutes()) || !text.hours.includes(wall.getUTCHours())) return false;
  if (!text.months.includes(wall.getUTCMonth() + 1)) return false;
  const day = text.daysOfMonth?.includes(wall.getUTCDate());
  const weekday = text.daysOfWeek?.includes(wall.getUTCDay());
  return day === undefined && weekday === undefined ? true : (day ?? false) || (weekday ?? false);
}
