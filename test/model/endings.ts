import { JobsError, PermanentJobError, RetryJobError, SnoozeJobError } from '../../libs/jobs/src/job/job.errors.js';
import type { HandlerEnding } from '../../libs/jobs/src/run/decide-outcome.js';
import type { Ending } from './operations.js';

export const HOUR_MS = 3_600_000;

/** What the worker sees of a handler that ends so. Errors without a stack, so that their text is the same each time. */
export function endingOf(ending: Ending): { ended: HandlerEnding; cause: 'shutdown' | 'cancelled' | null } {
  const threw = (error: Error) => ({ kind: 'threw' as const, error: Object.assign(error, { stack: undefined }) });
  switch (ending.how) {
    case 'returns':
      return { ended: { kind: 'returned', result: ending.value }, cause: null };
    case 'throws': {
      const error = Object.assign(new RetryJobError('it broke', ending.retryAfterHours * HOUR_MS), { name: 'Error' });
      return { ended: threw(error), cause: null };
    }
    case 'throws permanently':
      return { ended: threw(new PermanentJobError('never')), cause: null };
    case 'snoozes':
      return { ended: threw(new SnoozeJobError(ending.hours * HOUR_MS)), cause: null };
    case 'is aborted by shutdown':
      return { ended: threw(new Error('aborted')), cause: 'shutdown' };
    case 'is cancelled':
      return { ended: threw(new Error('aborted')), cause: 'cancelled' };
    default:
      return ending satisfies never;
  }
}

/** What an action answers, or the code of the error that it throws. */
export async function codeOf(action: () => Promise<string>): Promise<string> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof JobsError) return error.code;
    throw error;
  }
}
