import { JobService, ScheduledJob, type ScheduledTick } from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import { dataCleanup } from './data-cleanup.job.js';

const DAYS_TO_KEEP = 90;

@Injectable()
export class DataCleanupSchedule {
  constructor(private readonly jobs: JobService) {}

  /** Every night. The unique key adds no job while last night's is unfinished. */
  @ScheduledJob('0 2 * * *', { name: 'data_cleanup' })
  async enqueueCleanup({ manager }: ScheduledTick): Promise<void> {
    await this.jobs.enqueue(dataCleanup, { days_to_keep: DAYS_TO_KEEP }, { manager, uniqueKey: 'nightly' });
  }
}
