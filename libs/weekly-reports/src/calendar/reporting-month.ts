import { DateTime } from 'luxon';

/** The month that an ISO week belongs to, such as `2024-01`: that of its Sunday. */
export function monthOfIsoWeek(week: string): string {
  return DateTime.fromISO(week, { zone: 'utc' }).plus({ days: 6 }).toFormat('yyyy-MM');
}

/** The midnight in a time zone at which a week is over. Throws `RangeError` for an unknown zone. */
export function endOfIsoWeek(week: string, timeZone: string): Date {
  return instantOf(DateTime.fromISO(week, { zone: timeZone }).plus({ weeks: 1 }));
}

/** The midnight in a time zone at which a month is over. Throws `RangeError` for an unknown zone. */
export function endOfMonth(month: string, timeZone: string): Date {
  return monthClosesAt(month, timeZone, 0);
}

/**
 * The time from which a month's reports can no longer change: midnight, `closesAfterDays` days after the month's end. So 7
 * means 00:00 on the 8th. Throws `RangeError` for an unknown zone.
 */
export function monthClosesAt(month: string, timeZone: string, closesAfterDays: number): Date {
  return instantOf(DateTime.fromISO(`${month}-01`, { zone: timeZone }).plus({ months: 1, days: closesAfterDays }));
}

function instantOf(time: DateTime): Date {
  if (!time.isValid) throw new RangeError(`No such time: ${time.invalidExplanation ?? time.invalidReason}`);
  return time.toJSDate();
}
