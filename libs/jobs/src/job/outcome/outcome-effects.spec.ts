import type { WrittenOutcome } from './job-outcome.js';
import {
  delayAfterMs,
  givesAttemptBack,
  isFailedAttempt,
  statusAfter,
  storedError,
  storedResult,
} from './outcome-effects.js';

const NOTHING = { delayMs: 0, givesBack: false, failed: false, error: null, result: null };

describe('what an outcome changes in its job', () => {
  it.each<[WrittenOutcome, string, object]>([
    [{ kind: 'completed', resultJson: null }, 'completed', {}],
    [{ kind: 'completed', resultJson: '7' }, 'completed', { result: '7' }],
    [{ kind: 'completed', resultJson: null, error: 'not stored' }, 'completed', { error: 'not stored' }],
    [{ kind: 'retried', error: 'oops', delayMs: 5 }, 'pending', { delayMs: 5, failed: true, error: 'oops' }],
    [{ kind: 'failed', error: 'oops' }, 'failed', { failed: true, error: 'oops' }],
    [{ kind: 'cancelled', error: 'asked for' }, 'cancelled', { error: 'asked for' }],
    [{ kind: 'snoozed', delayMs: 5 }, 'pending', { delayMs: 5, givesBack: true }],
    [{ kind: 'handed_back', delayMs: 0 }, 'pending', { givesBack: true }],
  ])('%j leaves it %s', (outcome, status, effects) => {
    expect(statusAfter(outcome)).toBe(status);
    expect({
      delayMs: delayAfterMs(outcome),
      givesBack: givesAttemptBack(outcome),
      failed: isFailedAttempt(outcome),
      error: storedError(outcome),
      result: storedResult(outcome),
    }).toEqual({ ...NOTHING, ...effects });
  });
});
