import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { CATCH_UPS, type CatchUp } from '../job/catch-up.js';
import { JobsConfigurationError } from '../job/job.errors.js';
import { requireKnownOptions } from '../job/known-options.js';
import { requireName, requireOneOf } from '../job/option-checks.js';
import { JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { inOwnContext } from '../support/own-context.js';
import { requireCron } from './cron-times.js';
import {
  SCHEDULED_JOB,
  SCHEDULE_OPTIONS,
  type ScheduledJobMetadata,
  type ScheduledTick,
} from './scheduled-job.decorator.js';

export interface Schedule {
  name: string;
  cron: string;
  timeZone: string;
  catchUp: CatchUp;
  /** `Class.method`, for messages. */
  where: string;
  fire: (tick: ScheduledTick) => Promise<unknown>;
}

type Methods = Record<string, (tick: ScheduledTick) => Promise<unknown>>;

/** Finds the `@ScheduledJob` methods. Anything wrong with one stops the boot. */
@Injectable()
export class ScheduleExplorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
  ) {}

  /** Throws `JobsConfigurationError` for two schedules of one name, `InvalidJobOptionError` for bad options. */
  explore(): Schedule[] {
    const schedules = this.discovery.getProviders().flatMap(({ instance }) => this.schedulesOf(instance));
    const names = new Map<string, Schedule>();
    for (const schedule of schedules) {
      const other = names.get(schedule.name);
      if (other) throw duplicateSchedule(schedule, other);
      names.set(schedule.name, schedule);
    }
    return schedules;
  }

  private schedulesOf(instance: unknown): Schedule[] {
    if (typeof instance !== 'object' || instance === null) return [];
    const prototype = Object.getPrototypeOf(instance) as object;
    return this.scanner.getAllMethodNames(prototype).flatMap((method) => {
      const metadata = Reflect.getMetadata(SCHEDULED_JOB, (instance as Methods)[method]!) as
        ScheduledJobMetadata | undefined;
      return metadata ? [this.toSchedule(instance as Methods, method, metadata)] : [];
    });
  }

  private toSchedule(instance: Methods, method: string, { cron, options }: ScheduledJobMetadata): Schedule {
    const where = `${instance.constructor.name}.${method}`;
    requireKnownOptions(`@ScheduledJob on ${where}`, options, SCHEDULE_OPTIONS);
    const { name, timeZone = this.options.schedule.timeZone, catchUp = 'latest' } = options;
    requireOneOf(`@ScheduledJob on ${where}.catchUp`, catchUp, CATCH_UPS);
    requireName(`@ScheduledJob on ${where}: name`, name);
    requireCron(`@ScheduledJob on ${where}`, cron, timeZone);
    return { name, cron, timeZone, catchUp, where, fire: (tick) => inOwnContext(() => instance[method]!(tick)) };
  }
}

function duplicateSchedule(a: Schedule, b: Schedule): JobsConfigurationError {
  return new JobsConfigurationError({
    code: 'JOBS_DUPLICATE_SCHEDULE',
    what: `Two methods have the schedule name "${a.name}": ${b.where} and ${a.where}.`,
    fix: 'Give each @ScheduledJob a name of its own; a class listed in two modules counts twice.',
  });
}
