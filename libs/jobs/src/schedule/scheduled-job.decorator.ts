import { SetMetadata } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CatchUp } from '../job/catch-up.js';
import { optionNames } from '../job/known-options.js';

export const SCHEDULED_JOB = Symbol('monstera:scheduled-job');

export interface ScheduledJobOptions {
  /** Unique name of the schedule, at most 50 characters; its row in `job_schedules`. */
  name: string;
  /** IANA time zone of the cron text. Default: the module's `schedule.timeZone`. */
  timeZone?: string;
  /** Missed ticks after downtime: drop them, make up the latest once, or make up all. Default `latest`. */
  catchUp?: CatchUp;
}

export const SCHEDULE_OPTIONS = optionNames<ScheduledJobOptions>({ name: true, timeZone: true, catchUp: true });

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
}

/**
 * Calls a provider's method on a cron schedule, once per tick however many replicas run. The method gets a
 * `ScheduledTick`; whatever it writes through `tick.manager` commits together with the record of the tick.
 * Cron text has five fields (minute first) or six (second first).
 */
export const ScheduledJob = (cron: string, options: ScheduledJobOptions): MethodDecorator =>
  SetMetadata(SCHEDULED_JOB, { cron, options } satisfies ScheduledJobMetadata);
