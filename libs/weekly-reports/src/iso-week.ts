import { DateTime } from 'luxon';
import { z } from 'zod';

/** True for existing weeks in ISO 8601 format, such as `2020-W53`. `2021-W53` does not exist. */
export function isIsoWeek(text: string): boolean {
  const [, year, week] = /^(\d{4})-W(\d{2})$/.exec(text) ?? [];
  return Number(week) >= 1 && Number(week) <= isoWeeksInYear(Number(year));
}

/**
 * 53 for years that begin or end on a Thursday, else 52. Uses arithmetic, because it checks every payload and date objects
 * would slow down the enqueuing of many reminders.
 */
function isoWeeksInYear(year: number): 52 | 53 {
  return weekdayOfLastDay(year) === 4 || weekdayOfLastDay(year - 1) === 3 ? 53 : 52;
}

/** The weekday of 31 December. 0 is Sunday. */
function weekdayOfLastDay(year: number): number {
  return (year + Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400)) % 7;
}

/**
 * The ISO week of an instant in a time zone, such as `2024-W03`. The year is that of the week: 30 December 2024 is in
 * `2025-W01`. Throws `RangeError` for an unknown zone.
 */
export function isoWeekOf(instant: Date, timeZone: string): string {
  return format(DateTime.fromJSDate(instant, { zone: timeZone }));
}

/** The ISO week before that of an instant in a time zone. Throws `RangeError` for an unknown zone. */
export function previousIsoWeekOf(instant: Date, timeZone: string): string {
  return format(DateTime.fromJSDate(instant, { zone: timeZone }).minus({ weeks: 1 }));
}

/** The same time of day a week later, even if the clock changes in between. */
export function aWeekAfter(instant: Date, timeZone: string): Date {
  return DateTime.fromJSDate(instant, { zone: timeZone }).plus({ weeks: 1 }).toJSDate();
}

/** First and last day of a week, such as `2024-01-15` and `2024-01-21`. */
export function daysOfIsoWeek(week: string): { monday: string; sunday: string } {
  const monday = DateTime.fromISO(week, { zone: 'utc' });
  return { monday: monday.toFormat('yyyy-MM-dd'), sunday: monday.plus({ days: 6 }).toFormat('yyyy-MM-dd') };
}

function format(time: DateTime): string {
  if (!time.isValid) throw new RangeError(`No ISO week: ${time.invalidExplanation ?? time.invalidReason}`);
  return time.toFormat("kkkk-'W'WW");
}

export const isoWeekSchema = z
  .string()
  .refine(isIsoWeek, 'Must be an ISO week that exists, such as 2024-W03')
  .meta({ description: 'ISO 8601 week', example: '2024-W03' });
