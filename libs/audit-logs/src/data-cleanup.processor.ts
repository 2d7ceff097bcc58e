import {
  DependencyHealth,
  isDatabaseDown,
  ProcessesJob,
  type Job,
  type JobContext,
  type JobProcessor,
} from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import { AuditLogsService } from './audit-logs.service.js';
import { dataCleanup } from './data-cleanup.job.js';

/** Rows per transaction. Small, so that its locks are held briefly and an abort loses little. */
export const CLEANUP_BATCH_SIZE = 5_000;

/**
 * Deletes in batches and commits each of them. The work of a run that is aborted or dies is kept: the next run continues
 * where it stopped.
 */
@Injectable()
@ProcessesJob(dataCleanup)
export class DataCleanupProcessor implements JobProcessor<typeof dataCleanup> {
  constructor(
    private readonly auditLogs: AuditLogsService,
    private readonly health: DependencyHealth,
  ) {}

  async process({ payload }: Job<typeof dataCleanup>, context: JobContext): Promise<{ deleted: number }> {
    const { cutoff, count } = await this.inDatabase(() => this.auditLogs.countOlderThan(payload.days_to_keep));
    let deleted = 0;
    let batch = CLEANUP_BATCH_SIZE;
    while (batch === CLEANUP_BATCH_SIZE) {
      context.signal.throwIfAborted();
      batch = await this.inDatabase(() => this.auditLogs.deleteBefore(cutoff, CLEANUP_BATCH_SIZE));
      deleted += batch;
      context.progress(percentOf(deleted, count));
    }
    return { deleted };
  }

  /** While the database is down, the job waits and uses no attempt. */
  private inDatabase<T>(step: () => Promise<T>): Promise<T> {
    return this.health.call('database', step, isDatabaseDown);
  }
}

function percentOf(deleted: number, count: number): number {
  return count === 0 ? 100 : Math.min(100, Math.floor((100 * deleted) / count));
}
