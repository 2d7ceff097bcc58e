import { writtenOutcome } from './written-outcome.js';

describe('the written outcome', () => {
  it.each([
    [{ kind: 'completed', resultJson: '7' }, 'completed'],
    [{ kind: 'failed', error: 'E' }, 'failed'],
    [{ kind: 'cancelled', error: 'C' }, 'cancelled'],
    [{ kind: 'retried', error: 'E', delayMs: 1 }, 'pending'],
    [{ kind: 'snoozed', delayMs: 1 }, 'pending'],
    [{ kind: 'handed_back', delayMs: 1 }, 'pending'],
  ] as const)('is %j if the job is %s', (outcome, status) => {
    expect(writtenOutcome(outcome, status)).toBe(outcome);
  });

  it.each([
    [{ kind: 'retried', error: 'E', delayMs: 1 }, 'E'],
    [{ kind: 'snoozed', delayMs: 1 }, 'Cancelled before its next run'],
    [{ kind: 'handed_back', delayMs: 1 }, 'Cancelled before its next run'],
  ] as const)('is a cancellation if the job is cancelled instead of pending, for %j', (outcome, error) => {
    expect(writtenOutcome(outcome, 'cancelled')).toEqual({ kind: 'cancelled', error });
  });

  it.each([
    [{ kind: 'completed', resultJson: '7' }, 'cancelled'],
    [{ kind: 'failed', error: 'E' }, 'pending'],
    [{ kind: 'retried', error: 'E', delayMs: 1 }, 'completed'],
    [{ kind: 'snoozed', delayMs: 1 }, 'processing'],
  ] as const)('is null if %j cannot have left the job %s', (outcome, status) => {
    expect(writtenOutcome(outcome, status)).toBeNull();
  });
});
