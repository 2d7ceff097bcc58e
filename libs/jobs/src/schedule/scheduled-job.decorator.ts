import { SetMetadata } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CatchUp } from '../job/catch-up.js';
import { optionNames } from '../job/validate/known-options.js';

export const SCHEDULED_JOB = Symbol('monstera:scheduled-job');

export interface ScheduledJobOptions {
  /** Unique name of the schedule, at most 50 characters. It identifies the row in `job_schedules`. */
  name: string;
  /** IANA time zone of the cron text. Default: the module's `schedule.timeZone`. */
  timeZone?: string;
  /**
   * Missed ticks after a downtime: `none` drops them, `latest` fires the last one, `all` fires each, and
   * `{ last: n }` the last so many, 1 to 100. Default: `latest`.
   */
  catchUp?: CatchUp;
  /** Time limit of the method, in milliseconds. After that its signal aborts and the tick is tried again. Default: 300,000. */
  timeoutMs?: number;
}

export const SCHEDULE_OPTIONS = optionNames<ScheduledJobOptions>({
  name: true,
  timeZone: true,
  catchUp: true,
  timeoutMs: true,
});

export interface ScheduledJobMetadata {
  cron: string;
  options: ScheduledJobOptions;
}

/** The argument of a scheduled method. */
export interface ScheduledTick {
  readonly name: string;
  /** The planned time of the tick, even if it fires late. */
  readonly plannedAt: Date;
  /** Manager of the tick's transaction. Enqueue with `{ manager }`, so that the tick and its jobs commit together. */
  readonly manager: EntityManager;
  /**
   * Aborts after `timeoutMs`, or when a shutdown stops waiting; `reason` is a `JobAbortedError`. A method that ignores it
   * is abandoned after `abortGraceMs`, and its `manager` can no longer be used.
   */
  readonly signal: AbortSignal;
}

/**
 * Calls a provider's method on a cron schedule, once per tick, however many replicas run. The method gets a
 * `ScheduledTick`. What it writes through `tick.manager` commits together with the record of the tick.
 * Cron text has five fields (minute first) or six (second first). Invalid options stop the boot.
 */
export const ScheduledJob = (cron: string, options: ScheduledJobOptions): MethodDecorator =>
  SetMetadata(SCHEDULED_JOB, { cron, options } satisfies ScheduledJobMetadata);
