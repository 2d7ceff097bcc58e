import type { ModuleRef } from '@nestjs/core';
import { JobsConfigurationError } from '../job/job.errors.js';
import type { Schedule } from './schedule.explorer.js';

/** The token under which `ScheduleModule.forRoot()` provides its options. The package does not export it. */
const OPTIONS = 'SCHEDULE_MODULE_OPTIONS';

/** Whether the host has switched off all cron jobs of `ScheduleModule`, and with them those of this library. */
export function cronJobsAreOff(moduleRef: ModuleRef): boolean {
  try {
    return moduleRef.get<{ cronJobs?: boolean }>(OPTIONS, { strict: false }).cronJobs === false;
  } catch {
    return false;
  }
}

/** The warning for a process with schedules whose cron jobs are switched off. */
export function schedulesOff([first]: readonly Schedule[]): string {
  return (
    `ScheduleModule.forRoot({ cronJobs: false }): this process reads its schedules, such as ${first!.where}, only at the ` +
    'boot and may miss ticks. Leave cronJobs out, or set schedule: { enabled: false } if other processes fire them.'
  );
}

export function scheduleModuleMissing({ where }: Schedule): JobsConfigurationError {
  return new JobsConfigurationError({
    code: 'JOBS_SCHEDULE_MODULE_MISSING',
    what: `${where} is scheduled, but @nestjs/schedule is not set up, so nothing fires it.`,
    fix: 'Install @nestjs/schedule, and add ScheduleModule.forRoot() to the imports of the root module.',
  });
}
