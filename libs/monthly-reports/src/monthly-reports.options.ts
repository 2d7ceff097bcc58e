export const MONTHLY_REPORTS_OPTIONS = Symbol('monstera:monthly-reports-options');

export interface MonthlyReportsModuleOptions {
  /** IANA zone that decides which month ended before a tick. Must be that of the schedules. Default: `Asia/Tokyo`. */
  timeZone?: string;
}
