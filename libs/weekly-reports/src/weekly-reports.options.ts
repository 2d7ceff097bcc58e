export const WEEKLY_REPORTS_OPTIONS = Symbol('monstera:weekly-reports-options');

export interface WeeklyReportsModuleOptions {
  /** IANA zone in which weeks and months begin and end. Must be that of the schedules. Default: `Asia/Tokyo`. */
  timeZone?: string;
  /** Week of Monday's reminder: the one that begins (`current`) or the one that has ended. Default: `current`. */
  week?: 'current' | 'previous';
  /**
   * Days after a month's end during which its reports can still be submitted, changed and withdrawn. Default: 7, until
   * 00:00 on the 8th.
   */
  closesAfterDays?: number;
  /** Weeks ahead of the current one for which a report can be submitted, for instance before holidays. Default: 4. */
  weeksAhead?: number;
  /** Weeks for which the records of reminders are kept. Default: 26. */
  remindersKeptWeeks?: number;
}
