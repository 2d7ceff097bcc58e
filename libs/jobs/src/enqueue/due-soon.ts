import { MAX_POLL_INTERVAL_MS } from '../jobs.options.js';
import type { PreparedJob } from './prepare-job.js';

export interface DueSoon {
  queues: ReadonlySet<string>;
  jobs: number;
  /** When the earliest job falls due, by `performance.now()`. */
  dueMs: number;
}

type Due = Pick<PreparedJob, 'queue' | 'scheduledAt' | 'delayMs'>;

/**
 * What to tell the workers about new jobs; null if none falls due before every worker has looked again by itself. How
 * often workers look is their own affair, so the longest interval that one may have counts. Delays count from the start
 * of the transaction: `startedMs`, by `performance.now()`. The answer is a hint: a clock that is wrong does no harm.
 */
export function dueSoon(jobs: readonly Due[], startedMs: number): DueSoon | null {
  const clockOffsetMs = performance.now() - Date.now();
  const queues = new Set<string>();
  let earliestMs = Infinity;
  let count = 0;
  for (const { queue, scheduledAt, delayMs } of jobs) {
    const dueMs = scheduledAt ? scheduledAt.getTime() + clockOffsetMs : startedMs + delayMs;
    if (dueMs - performance.now() > MAX_POLL_INTERVAL_MS) continue;
    queues.add(queue);
    count++;
    earliestMs = Math.min(earliestMs, dueMs);
  }
  return queues.size > 0 ? { queues, jobs: count, dueMs: earliestMs } : null;
}
