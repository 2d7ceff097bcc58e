export const WEEKLY_REPORTS_OPTIONS = Symbol('monstera:weekly-reports-options');

export interface WeeklyReportsModuleOptions {
  /** IANA zone in which the week of a reminder is decided; the same as the schedules'. Default `Asia/Tokyo`. */
  timeZone?: string;
  /** Week that Monday's reminder is about: the one that begins then, or the one that just ended. Default `current`. */
  week?: 'current' | 'previous';
}
