import { JobService, ScheduledJob, type ScheduledTick } from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import { dataCleanup } from './data-cleanup.job.js';

const DAYS_TO_KEEP = 90;

@Injectable()
export class DataCleanupSchedule {
  constructor(private readonly jobs: JobService) {}

  /** Every night. One clean-up at a time: while last night's is still running, none is added. */
  @ScheduledJob('0 2 * * *', { name: 'data_cleanup' })
  async enqueueCleanup({ manager }: ScheduledTick): Promise<void> {
    await this.jobs.enqueue(dataCleanup, { days_to_keep: DAYS_TO_KEEP }, { manager, uniqueKey: 'nightly' });
  }
}
