import { DateTime } from 'luxon';
import { z } from 'zod';

export const reportMonthSchema = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'Must be a month, such as 2024-01')
  .meta({ description: 'Month', example: '2024-01' });

/**
 * The ISO weeks of a month: those whose Sunday is in it. So all of them are over when the month is, and each belongs to
 * exactly one month. January 2024 has `2024-W01` to `2024-W04`. The week from Monday, 29 January belongs to February.
 */
export function isoWeeksOfMonth(month: string): string[] {
  const start = DateTime.fromISO(`${month}-01`, { zone: 'utc' });
  const weeks: string[] = [];
  let sunday = start.plus({ days: 7 - start.weekday });
  for (; sunday.month === start.month; sunday = sunday.plus({ weeks: 1 })) {
    weeks.push(sunday.toFormat("kkkk-'W'WW"));
  }
  return weeks;
}

/** The month before that of an instant in a time zone. Throws `RangeError` for an unknown zone. */
export function previousMonthOf(instant: Date, timeZone: string): string {
  const time = DateTime.fromJSDate(instant, { zone: timeZone }).minus({ months: 1 });
  if (!time.isValid) throw new RangeError(`No month: ${time.invalidExplanation ?? time.invalidReason}`);
  return time.toFormat('yyyy-MM');
}
