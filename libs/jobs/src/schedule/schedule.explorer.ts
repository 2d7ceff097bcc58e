import { Inject, Injectable } from '@nestjs/common';
import { JobsModules } from '../discover/jobs-modules.js';
import { MethodExplorer, type FoundMethod } from '../discover/method-explorer.js';
import { requireCatchUp, type CatchUp } from '../job/catch-up.js';
import { DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS } from '../job/job-definition.js';
import { JobsConfigurationError } from '../job/job.errors.js';
import { requireKnownOptions, requireOptions } from '../job/validate/known-options.js';
import { requireAll, requireInteger, requireName } from '../job/validate/option-checks.js';
import { JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { inOwnContext } from '../support/own-context.js';
import { requireCron, ticksOf, type NextTick } from './cron/cron-times.js';
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
  timeoutMs: number;
  /** Returns the first tick after a time. */
  next: NextTick;
  /** `Class.method`, for messages. */
  where: string;
  fire: (tick: ScheduledTick) => Promise<unknown>;
}

/** Finds the `@ScheduledJob` methods. An error in one of them stops the boot. */
@Injectable()
export class ScheduleExplorer {
  constructor(
    private readonly modules: JobsModules,
    private readonly methods: MethodExplorer,
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
  ) {}

  /** Throws `JobsConfigurationError` if two schedules have the same name, and `InvalidJobOptionError` for invalid options. */
  explore(): Schedule[] {
    const decorator = { name: '@ScheduledJob', key: SCHEDULED_JOB };
    const found = this.methods.find<ScheduledJobMetadata, ScheduledTick>(decorator, this.modules.ownProviders());
    const schedules = found.map((method) => this.toSchedule(method));
    const names = new Map<string, Schedule>();
    for (const schedule of schedules) {
      const other = names.get(schedule.name);
      if (other) throw duplicateSchedule(schedule, other);
      names.set(schedule.name, schedule);
    }
    return schedules;
  }

  private toSchedule({ where, metadata, call }: FoundMethod<ScheduledJobMetadata, ScheduledTick>): Schedule {
    const { cron, options } = metadata;
    requireOptions(`@ScheduledJob on ${where}`, options);
    const { name, timeZone = this.options.schedule.timeZone, catchUp = 'latest' } = options;
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    requireAll(
      () => requireKnownOptions(`@ScheduledJob on ${where}`, options, SCHEDULE_OPTIONS),
      () => requireCatchUp(`@ScheduledJob on ${where}.catchUp`, catchUp),
      () => requireName(`@ScheduledJob on ${where}: name`, name),
      () => requireInteger(`@ScheduledJob on ${where}.timeoutMs`, timeoutMs, 1, MAX_TIMEOUT_MS),
      () => requireCron(`@ScheduledJob on ${where}`, cron, timeZone),
    );
    const fire = (tick: ScheduledTick) => inOwnContext(async () => call(tick));
    return { name, cron, timeZone, catchUp, timeoutMs, where, fire, next: ticksOf(cron, timeZone) };
  }
}

function duplicateSchedule(a: Schedule, b: Schedule): JobsConfigurationError {
  return new JobsConfigurationError({
    code: 'JOBS_DUPLICATE_SCHEDULE',
    what: `Two methods have the schedule name "${a.name}": ${b.where} and ${a.where}.`,
    fix: 'Give each @ScheduledJob its own name. A class that two modules list counts twice.',
  });
}
