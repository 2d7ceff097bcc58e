import { MAX_POLL_INTERVAL_MS } from '../../jobs.options.js';
import type { PreparedJob } from '../prepare-job.js';
import type { Clock } from '../../support/time/clock.js';

export interface DueSoon {
  queues: ReadonlySet<string>;
  jobs: number;
  /** When the earliest job falls due, by `Clock.steadyMs()`. */
  dueMs: number;
}

type Due = Pick<PreparedJob, 'queue' | 'scheduledAt' | 'delayMs'>;

/**
 * The contents of a wake-up for new jobs. Null if every worker polls before the first of them falls due. A producer does not
 * know the workers' poll intervals, so it assumes the longest allowed one. Delays count from the start of the transaction
 * (`startedMs`, by `Clock.steadyMs()`). The wake-up is a hint, so a wrong clock does no harm.
 */
export function dueSoon(jobs: readonly Due[], startedMs: number, clock: Clock): DueSoon | null {
  const nowMs = clock.steadyMs();
  const clockOffsetMs = nowMs - clock.epochMs();
  const queues = new Set<string>();
  let earliestMs = Infinity;
  let count = 0;
  for (const { queue, scheduledAt, delayMs } of jobs) {
    const dueMs = scheduledAt ? scheduledAt.getTime() + clockOffsetMs : startedMs + delayMs;
    if (dueMs - nowMs > MAX_POLL_INTERVAL_MS) continue;
    queues.add(queue);
    count++;
    earliestMs = Math.min(earliestMs, dueMs);
  }
  return queues.size > 0 ? { queues, jobs: count, dueMs: earliestMs } : null;
}
