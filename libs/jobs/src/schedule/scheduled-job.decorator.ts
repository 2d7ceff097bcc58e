import { SetMetadata } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CatchUp } from '../job/catch-up.js';
import { optionNames } from '../job/validate/known-options.js';

export const SCHEDULED_JOB = Symbol('monstera:scheduled-job');

export interface ScheduledJobOptions {
  /** Unique name of the schedule, at most 50 characters; its row in `job_schedules`. */
  name: string;
  /** IANA time zone of the cron text. Default: the module's `schedule.timeZone`. */
  timeZone?: string;
  /** Missed ticks after downtime: drop them, make up the latest once, or make up all. Default `latest`. */
  catchUp?: CatchUp;
  /** How long the method may take, in milliseconds; then its signal aborts and its tick is tried again. Default 300,000. */
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

/** What a scheduled method is given. */
export interface ScheduledTick {
  readonly name: string;
  /** The time the cron text named, however late the tick fires. */
  readonly plannedAt: Date;
  /** The tick's transaction: enqueue with `{ manager }`, so that the tick and its jobs commit together. */
  readonly manager: EntityManager;
  /**
   * Aborts when the method has taken longer than `timeoutMs`, or longer than the shutdown waits; `reason` is a
   * `JobAbortedError`. A method that goes on regardless is left behind, and its `manager` can no longer be used.
   */
  readonly signal: AbortSignal;
}

/**
 * Calls a provider's method on a cron schedule, once per tick however many replicas run. The method gets a
 * `ScheduledTick`; whatever it writes through `tick.manager` commits together with the record of the tick.
 * Cron text has five fields (minute first) or six (second first).
 */
export const ScheduledJob = (cron: string, options: ScheduledJobOptions): MethodDecorator =>
  SetMetadata(SCHEDULED_JOB, { cron, options } satisfies ScheduledJobMetadata);
