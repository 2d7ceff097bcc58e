import { optionNames } from './job/validate/known-options.js';

export interface LeaseOptions {
  /** How often a worker shows that it lives, in milliseconds. Default 5,000. */
  renewMs: number;
  /** Others declare a worker dead that they have not seen for so long, in milliseconds. Default 15,000. */
  deadAfterMs: number;
  /** A worker that could not renew for so long stops and aborts its jobs itself, before others may take them. Default 10,000. */
  fenceAfterMs: number;
  /**
   * A process whose event loop has been blocked for so long is ended, so that its jobs run elsewhere, in milliseconds.
   * Raise it for handlers that compute for longer in one go; 0 never ends it, such as while debugging. Default 300,000.
   */
  eventLoopStallMs: number;
}

export interface RetentionOptions {
  /** Completed jobs are kept this long, in milliseconds. Default 7 days. */
  completedMs: number;
  /** Failed and cancelled jobs are kept this long, in milliseconds. Default 30 days. */
  failedMs: number;
  /** How often old rows are pruned, in milliseconds. Default 60,000. */
  pruneEveryMs: number;
}

export interface ScheduleOptions {
  /** False: this process fires no schedules. Default true where jobs run. */
  enabled: boolean;
  /** IANA zone of schedules that name none. Default `UTC`. */
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
  pruneEveryMs: 60_000,
};

/** The names of the options in each group. */
export const OPTION_GROUPS: Record<OptionGroup, readonly string[]> = {
  lease: Object.keys(LEASE_DEFAULTS),
  retention: Object.keys(RETENTION_DEFAULTS),
  schedule: optionNames<ScheduleOptions>({ enabled: true, timeZone: true }),
};
