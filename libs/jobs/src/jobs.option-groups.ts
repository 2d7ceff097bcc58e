import { optionNames } from './job/validate/known-options.js';

export interface LeaseOptions {
  /** How often a worker renews its lease, in milliseconds, 10 to 60,000. Default 5,000. */
  renewMs: number;
  /** Time without a renewal after which others declare a worker dead, in milliseconds. Default 15,000. */
  deadAfterMs: number;
  /** Time without a renewal after which a worker aborts its own jobs, in milliseconds. Default 10,000. */
  fenceAfterMs: number;
  /**
   * Time for which the event loop may be blocked before the process is ended, so that its jobs run elsewhere. In
   * milliseconds; at least 2,000, or 0 for never, such as while debugging. Raise it for handlers that compute for
   * longer without a pause. Default 300,000 (5 minutes).
   */
  eventLoopStallMs: number;
}

export interface RetentionOptions {
  /** How long completed jobs are kept, in milliseconds. Default 7 days. */
  completedMs: number;
  /** How long failed and cancelled jobs are kept, in milliseconds. Default 30 days. */
  failedMs: number;
  /**
   * How long statistics are kept, in milliseconds. Each worker deletes what is older than its own value says. With 0 it
   * records and deletes none. Default 30 days.
   */
  statisticsMs: number;
  /** How often old rows are pruned, in milliseconds. Default 60,000. */
  pruneEveryMs: number;
}

export interface ScheduleOptions {
  /** Whether this process fires schedules. Default true, or false in the role `producer`. */
  enabled: boolean;
  /** IANA time zone of schedules that name none. Default `UTC`. */
  timeZone: string;
}

export type OptionGroup = 'lease' | 'retention' | 'schedule';

export const DAY_MS = 86_400_000;

export const LEASE_DEFAULTS: LeaseOptions = {
  renewMs: 5_000,
  deadAfterMs: 15_000,
  fenceAfterMs: 10_000,
  eventLoopStallMs: 300_000,
};

export const RETENTION_DEFAULTS: RetentionOptions = {
  completedMs: 7 * DAY_MS,
  failedMs: 30 * DAY_MS,
  statisticsMs: 30 * DAY_MS,
  pruneEveryMs: 60_000,
};

/** The names of the options in each group. */
export const OPTION_GROUPS: Record<OptionGroup, readonly string[]> = {
  lease: Object.keys(LEASE_DEFAULTS),
  retention: Object.keys(RETENTION_DEFAULTS),
  schedule: optionNames<ScheduleOptions>({ enabled: true, timeZone: true }),
};
