import { setTimeout as delay } from 'node:timers/promises';
import type { encodeResult } from '../../../../libs/jobs/src/job/validate/result.js';
import type { completeInTransaction } from '../../../../libs/jobs/src/run/complete-in-transaction.js';
import type { decideOutcome } from '../../../../libs/jobs/src/run/decide-outcome.js';
import type { afterWriteError } from '../../../../libs/jobs/src/settle/after-write-error.js';
import type { hasNoTexts } from '../../../../libs/jobs/src/settle/outcome-entry.js';
import type { JobEventBus } from '../../../../libs/jobs/src/state/job-event-bus.js';
import { editTexts, replace } from '../break.js';

export const outcomesHaveNoFence = editTexts(['settle_jobs', 'settle_or_cancel'], (text) =>
  text.replace('and j.run = o.run and j.worker_id = $2', ''),
);

export const writesCommitBeforeTheJob = replace<typeof completeInTransaction>(
  'run/complete-in-transaction.ts',
  'completeInTransaction',
  (original) => (options) => {
    const completeIn = original(options);
    return (running, work) =>
      completeIn(running, async () => {
        const result = await options.dataSource.transaction(work);
        await delay(200);
        return result;
      });
  },
);

export const shutdownUsesAnAttempt = replace<typeof decideOutcome>(
  'run/decide-outcome.ts',
  'decideOutcome',
  (original) => (ending, facts) =>
    original(ending, facts.abortCause === 'shutdown' ? { ...facts, abortCause: null } : facts),
);

export const oneAttemptTooMany = replace<typeof decideOutcome>(
  'run/decide-outcome.ts',
  'decideOutcome',
  (original) => (ending, facts) => original(ending, { ...facts, maxAttempts: facts.maxAttempts + 1 }),
);

export const unstorableResultsAreSent = replace<typeof encodeResult>(
  'job/validate/result.ts',
  'encodeResult',
  (original) => (result, maxBytes) => {
    const encoded = original(result, maxBytes);
    return encoded.issue === null ? encoded : { json: JSON.stringify(result), issue: null };
  },
);

/** Otherwise outcomes without a result have a statement of their own, which a result cannot spoil. */
export const outcomesShareAStatement = replace<typeof hasNoTexts>(
  'settle/outcome-entry.ts',
  'hasNoTexts',
  () => () => false,
);

export const refusedBatchesAreGivenUp = replace<typeof afterWriteError>(
  'settle/after-write-error.ts',
  'afterWriteError',
  (original) => (error, write) => {
    const next = original(error, write);
    return next === 'halves' ? 'give up' : next;
  },
);

export const lockedRowsHoldUpOthers = replace<typeof afterWriteError>(
  'settle/after-write-error.ts',
  'afterWriteError',
  (original) => (error, write) => {
    const next = original(error, write);
    return next === 'alone' ? 'again' : next;
  },
);

export const eventsLeakMemory = replace<JobEventBus['emit']>('state/job-event-bus.ts', 'JobEventBus.emit', (emit) => {
  const kept: Buffer[] = [];
  return function (this: JobEventBus, event) {
    kept.push(Buffer.alloc(2 ** 19));
    emit.call(this, event);
  };
});
