import { setTimeout as delay } from 'node:timers/promises';
import { JobConflictError } from '../../job/job.errors.js';
import { databaseErrorCode, isLockTimeout, isNeverBegun } from './database-errors.js';
import { retryPauseMs } from '../../support/time/retry-pause.js';
import { systemClock } from '../../support/time/clock.js';

/** How long a statement of the library waits for a lock before it gives its connection back, in milliseconds. */
export const LOCK_WAIT_MS = 50;

const PAUSE = { minMs: 10, maxMs: 500 };
/** Serialization failure, deadlock, lock not available. */
const CONTENDED = /^(40001|40P01|55P03)$/;

/** True if nothing was written, and another try may succeed. */
export function isContended(error: unknown): boolean {
  return CONTENDED.test(databaseErrorCode(error)) || isNeverBegun(error);
}

/** How long to pause before the next try, in milliseconds. Null if `leftMs` leaves no time for another try. */
export function contendedPauseMs(tries: number, leftMs: number): number | null {
  const lastMs = leftMs - LOCK_WAIT_MS;
  return lastMs > 0 ? Math.min(retryPauseMs(tries, PAUSE), lastMs) : null;
}

/**
 * Repeats a transaction of the library's own while other transactions are in its way, for at most `waitMs`
 * milliseconds. `attempt` gets the milliseconds that are left. After the last try it throws what `giveUp` returns for
 * the last error.
 */
export async function retryContended<T>(
  waitMs: number,
  attempt: (leftMs: number) => Promise<T>,
  giveUp: (error: unknown) => unknown = (error) => (isLockTimeout(error) ? lockHeld(waitMs, error) : error),
): Promise<T> {
  const untilMs = systemClock.steadyMs() + waitMs;
  for (let tries = 0; ; tries++) {
    try {
      return await attempt(untilMs - systemClock.steadyMs());
    } catch (error) {
      if (!isContended(error)) throw error;
      const pauseMs = contendedPauseMs(tries, untilMs - systemClock.steadyMs());
      if (pauseMs === null) throw giveUp(error);
      await delay(pauseMs);
    }
  }
}

function lockHeld(waitMs: number, cause: unknown): JobConflictError {
  return new JobConflictError({
    code: 'JOBS_LOCK_HELD',
    what: `Another open transaction holds what this call would change, for longer than ${waitMs} ms. Nothing was written.`,
    fix: "If it is the caller's own transaction, pass its manager: { manager }. Otherwise end that transaction sooner.",
    cause,
  });
}
