import {
  InvalidPayloadError,
  JobAbortedError,
  PermanentJobError,
  RetryJobError,
  SnoozeJobError,
  type AbortCause,
} from '../job/job.errors.js';
import { decideOutcome, type HandlerEnding, type RunFacts } from './decide-outcome.js';

const YEAR_MS = 366 * 86_400_000;

const facts = (given: Partial<RunFacts> = {}): RunFacts => ({
  attempt: 2,
  maxAttempts: 5,
  retry: { type: 'exponential', initialDelayMs: 1_000, maxDelayMs: 16_000, jitter: 0 },
  abortCause: null,
  ...given,
});

const threw = (error: unknown): HandlerEnding => ({ kind: 'threw', error });

const ENDINGS: Record<string, HandlerEnding> = {
  returned: { kind: 'returned', result: { sent: true } },
  'threw an error': threw(new Error('busy')),
  'threw a permanent error': threw(new PermanentJobError('no such mailbox')),
  'threw an invalid payload': threw(new InvalidPayloadError('greet', [])),
  'threw a snooze': threw(new SnoozeJobError(30_000)),
  'threw a retry': threw(new RetryJobError('later', 7_000)),
  'was left behind': { kind: 'abandoned', error: new JobAbortedError('timeout', 'Timed out after 5 ms') },
};

/** What each ending comes to without an abort; a timeout changes nothing, because it is an error like any other. */
const UNABORTED: Record<string, object> = {
  returned: { kind: 'completed', result: { sent: true } },
  'threw an error': { kind: 'retried', delayMs: 2_000, error: expect.stringContaining('Error: busy') as string },
  'threw a permanent error': { kind: 'failed', error: expect.stringContaining('no such mailbox') as string },
  'threw an invalid payload': { kind: 'failed', error: expect.stringContaining('JOBS_INVALID_PAYLOAD') as string },
  'threw a snooze': { kind: 'snoozed', delayMs: 30_000 },
  'threw a retry': { kind: 'retried', delayMs: 7_000, error: expect.stringContaining('later') as string },
  'was left behind': {
    kind: 'retried',
    delayMs: 2_000,
    error: expect.stringContaining('Timed out after 5 ms') as string,
  },
};

const ABORTED: Record<AbortCause, (ending: string) => object> = {
  timeout: (ending) => UNABORTED[ending]!,
  cancelled: () => ({ kind: 'cancelled', error: 'Cancelled while running' }),
  shutdown: () => ({ kind: 'handed_back', delayMs: 0 }),
  'lease-lost': () => ({ kind: 'handed_back', delayMs: 0 }),
};

describe('decideOutcome', () => {
  describe.each([null, ...(Object.keys(ABORTED) as AbortCause[])])('when the abort cause is %s', (abortCause) => {
    it.each(Object.keys(ENDINGS))('and the handler %s', (name) => {
      const aborted = abortCause !== null && name !== 'returned';
      const expected = aborted ? ABORTED[abortCause](name) : UNABORTED[name];
      expect(decideOutcome(ENDINGS[name]!, facts({ abortCause }))).toEqual(expected);
    });
  });

  it.each([null, 'timeout'] as const)('is failed at the last attempt, however the error wishes (%s)', (abortCause) => {
    const last = facts({ attempt: 5, abortCause });
    expect(decideOutcome(ENDINGS['threw an error']!, last).kind).toBe('failed');
    expect(decideOutcome(ENDINGS['threw a retry']!, last).kind).toBe('failed');
    expect(decideOutcome(ENDINGS['was left behind']!, last).kind).toBe('failed');
    expect(decideOutcome(ENDINGS['returned']!, last).kind).toBe('completed');
  });

  it('is failed when more attempts were started than allowed, after the limit was lowered', () => {
    expect(decideOutcome(ENDINGS['threw an error']!, facts({ attempt: 6 })).kind).toBe('failed');
  });

  it('is snoozed and handed back at the last attempt too, because neither uses it up', () => {
    const last = facts({ attempt: 5 });
    expect(decideOutcome(ENDINGS['threw a snooze']!, last).kind).toBe('snoozed');
    expect(decideOutcome(ENDINGS['threw an error']!, { ...last, abortCause: 'shutdown' }).kind).toBe('handed_back');
  });

  it.each([
    [-5, 0],
    [Number.NaN, 0],
    [Infinity, 0],
    [1e300, YEAR_MS],
  ])('turns a snooze of %d ms into %d ms', (given, delayMs) => {
    expect(decideOutcome(threw(new SnoozeJobError(given)), facts())).toEqual({ kind: 'snoozed', delayMs });
  });

  it.each([
    [0, 0],
    [250, 250],
    [-1, 0],
    [1e300, YEAR_MS],
    [Number.NaN, 2_000],
    ['soon', 2_000],
  ])('takes %p from any error that has a retryAfterMs', (retryAfterMs, delayMs) => {
    const error = Object.assign(new Error('429'), { retryAfterMs });
    expect(decideOutcome(threw(error), facts())).toMatchObject({ kind: 'retried', delayMs });
  });

  it.each([undefined, null, 'text', 0, Symbol('s'), Object.create(null)])(
    'is retried with a text when the handler throws %p',
    (thrown: unknown) => {
      expect(decideOutcome(threw(thrown), facts())).toEqual({
        kind: 'retried',
        delayMs: 2_000,
        error: expect.stringMatching(/^Thrown: ./) as string,
      });
    },
  );
});
