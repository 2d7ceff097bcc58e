export const MONTHLY_REPORTS_OPTIONS = Symbol('monstera:monthly-reports-options');

export interface MonthlyReportsModuleOptions {
  /** IANA zone in which the month before a tick is decided; the same as the schedules'. Default `Asia/Tokyo`. */
  timeZone?: string;
}
