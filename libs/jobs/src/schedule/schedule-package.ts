import type { Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import type { SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';
import { DEFAULT_JOBS_NAME } from '../jobs.options.js';
import { nullIfMissing } from '../support/optional-package.js';

const NAME = 'monstera_jobs';
const EVERY_15_SECONDS = '*/15 * * * * *';

/**
 * Adds the cron job of one `JobsModule` to the host's registry, without starting it. Returns null if the host has not
 * installed `@nestjs/schedule` or not imported its module.
 */
export async function registerCronJob(
  moduleRef: ModuleRef,
  jobsName: string,
  onTick: () => void,
): Promise<CronJob | null> {
  const name = jobsName === DEFAULT_JOBS_NAME ? NAME : `${NAME}_${jobsName}`;
  const schedule = await loadSchedule();
  const registry = schedule && find<SchedulerRegistry>(moduleRef, schedule.SchedulerRegistry);
  if (!registry) return null;
  const cronJob = new CronJob(EVERY_15_SECONDS, onTick);
  registry.addCronJob(name, cronJob);
  return cronJob;
}

function find<T>(moduleRef: ModuleRef, provider: Type<T>): T | null {
  try {
    return moduleRef.get(provider, { strict: false });
  } catch {
    return null;
  }
}

async function loadSchedule(): Promise<typeof import('@nestjs/schedule') | null> {
  try {
    return await import('@nestjs/schedule');
  } catch (error) {
    return nullIfMissing('@nestjs/schedule', error);
  }
}
