import * as own from './job.errors.js';
import { decideOutcome } from '../run/decide-outcome.js';

const POLICY = { type: 'fixed', initialDelayMs: 1, maxDelayMs: 1, jitter: 0 } as const;
const FACTS = { attempt: 1, maxAttempts: 5, retry: POLICY, maxResultBytes: 1_000, abortCause: null };

describe('errors of a second copy of this package', () => {
  let other: typeof own;

  beforeAll(async () => {
    await jest.isolateModulesAsync(async () => {
      other = await import('./job.errors.js');
    });
  });

  const both = () => [other, own] as const;

  it('are of classes of their own', () => {
    expect(other.SnoozeJobError).not.toBe(own.SnoozeJobError);
    expect(Object.getPrototypeOf(new other.SnoozeJobError(1))).not.toBe(own.SnoozeJobError.prototype);
  });

  it('are told by instanceof, by the class that they are of and its bases', () => {
    const conflict = new other.JobConflictError({ code: 'X', what: 'x' });
    expect(conflict instanceof own.JobConflictError && conflict instanceof own.JobsError).toBe(true);
    expect(conflict instanceof own.JobNotFoundError).toBe(false);
    expect(new Error('x') instanceof own.JobsError).toBe(false);
    expect(new other.JobAbortedError('timeout', 'x') instanceof own.JobAbortedError).toBe(true);
  });

  it('leave subclasses of the application apart', () => {
    class CardDeclined extends own.PermanentJobError {}
    expect(new own.PermanentJobError('x') instanceof CardDeclined).toBe(false);
    expect(new other.PermanentJobError('x') instanceof CardDeclined).toBe(false);
    expect(new CardDeclined('x') instanceof other.PermanentJobError).toBe(true);
  });

  it.each([
    ['SnoozeJobError', 'snoozed', (copy: typeof own) => new copy.SnoozeJobError(5)],
    ['PermanentJobError', 'failed', (copy: typeof own) => new copy.PermanentJobError('never')],
    ['RetryJobError', 'retried', (copy: typeof own) => new copy.RetryJobError('later', 5)],
  ] as const)('mean the same to a worker (%s)', (_, kind, make) => {
    for (const copy of both())
      expect(decideOutcome({ kind: 'threw', error: make(copy) }, FACTS)).toMatchObject({
        kind,
        ...(kind !== 'failed' && { delayMs: 5 }),
      });
  });

  it('mean that a payload is not valid, if its check throws one', () => {
    for (const copy of both()) {
      const error = new copy.InvalidPayloadError('greet', []);
      expect(decideOutcome({ kind: 'not called', error }, FACTS)).toMatchObject({ kind: 'failed' });
    }
  });
});
