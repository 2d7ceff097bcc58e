export const WEEKLY_REPORTS_OPTIONS = Symbol('monstera:weekly-reports-options');

export interface WeeklyReportsModuleOptions {
  /** IANA zone in which weeks and months begin and end; the same as the schedules'. Default `Asia/Tokyo`. */
  timeZone?: string;
  /** Week that Monday's reminder is about: the one that begins then, or the one that just ended. Default `current`. */
  week?: 'current' | 'previous';
  /**
   * Days after a month's end during which its reports can still be handed in, changed and withdrawn. Default 7: until
   * 00:00 of the 8th.
   */
  closesAfterDays?: number;
  /** How many weeks ahead of the current one a report can be handed in for: holidays, say. Default 4. */
  weeksAhead?: number;
  /** How many weeks it is kept who was reminded and when. Default 26. */
  remindersKeptWeeks?: number;
}
