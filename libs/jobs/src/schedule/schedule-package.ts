import type { Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import type { SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';
import { DEFAULT_JOBS_NAME } from '../jobs.options.js';
import { nullIfMissing } from '../support/optional-package.js';

const NAME = 'monstera_jobs';
const EVERY_15_SECONDS = '*/15 * * * * *';

/**
 * The cron job of one `JobsModule`. It has not started, and is in the host's registry, where it is seen beside the host's
 * own. Null if the host does not have @nestjs/schedule, or has not imported its module.
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
