import { DependencyDownError } from '../job/dependency-down.error.js';
import {
  InvalidPayloadError,
  JobAbortedError,
  MAX_ERROR_DELAY_MS,
  PermanentJobError,
  RetryJobError,
  SnoozeJobError,
  type AbortCause,
} from '../job/job.errors.js';
import { decideAfterCommit, decideOutcome, type HandlerEnding, type RunFacts } from './decide-outcome.js';

const facts = (given: Partial<RunFacts> = {}): RunFacts => ({
  attempt: 2,
  maxAttempts: 5,
  retry: { type: 'exponential', initialDelayMs: 1_000, maxDelayMs: 16_000, jitter: 0 },
  maxResultBytes: 1_000,
  abortCause: null,
  ...given,
});

const threw = (error: unknown): HandlerEnding => ({ kind: 'threw', error });

const ENDINGS: Record<string, HandlerEnding> = {
  returned: { kind: 'returned', result: { sent: true } },
  'threw an error': threw(new Error('busy')),
  'threw a permanent error': threw(new PermanentJobError('no such mailbox')),
  'was not called, for an invalid payload': { kind: 'not called', error: new InvalidPayloadError('greet', []) },
  'threw the invalid payload of another job': threw(new InvalidPayloadError('greet', [])),
  'threw a snooze': threw(new SnoozeJobError(30_000)),
  'threw a retry': threw(new RetryJobError('later', 7_000)),
  'was left behind': { kind: 'abandoned', error: new JobAbortedError('timeout', 'Timed out after 5 ms') },
};

/** The outcome of each ending without an abort. A timeout changes nothing, because it is an error like any other. */
const UNABORTED: Record<string, object> = {
  returned: { kind: 'completed', resultJson: '{"sent":true}' },
  'threw an error': { kind: 'retried', delayMs: 2_000, error: expect.stringContaining('Error: busy') as string },
  'threw a permanent error': { kind: 'failed', error: expect.stringContaining('no such mailbox') as string },
  'was not called, for an invalid payload': {
    kind: 'failed',
    error: expect.stringContaining('JOBS_INVALID_PAYLOAD') as string,
  },
  'threw the invalid payload of another job': {
    kind: 'retried',
    delayMs: 2_000,
    error: expect.stringContaining('JOBS_INVALID_PAYLOAD') as string,
  },
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

  it.each([null, 'timeout'] as const)(
    'is failed at the last attempt, whatever the error asks for (abort cause: %s)',
    (abortCause) => {
      const last = facts({ attempt: 5, abortCause });
      expect(decideOutcome(ENDINGS['threw an error']!, last).kind).toBe('failed');
      expect(decideOutcome(ENDINGS['threw a retry']!, last).kind).toBe('failed');
      expect(decideOutcome(ENDINGS['was left behind']!, last).kind).toBe('failed');
      expect(decideOutcome(ENDINGS['returned']!, last).kind).toBe('completed');
    },
  );

  it('is failed when more attempts were started than allowed, after the limit was lowered', () => {
    expect(decideOutcome(ENDINGS['threw an error']!, facts({ attempt: 6 })).kind).toBe('failed');
  });

  it('is snoozed at the last attempt if a dependency is down, and names it and its error', () => {
    const error = new DependencyDownError('smtp', {
      cause: new Error('password=hunter2 refused\nby mx1'),
      delayMs: 900,
    });
    expect(decideOutcome(threw(error), facts({ attempt: 5 }))).toEqual({
      kind: 'snoozed',
      delayMs: 900,
      waitsFor: { dependency: 'smtp', error: 'Error: password=*** refused by mx1', atMs: error.atMs },
    });
  });

  it('is snoozed even if the name of the dependency cannot be read', () => {
    const error = new DependencyDownError('smtp', { delayMs: 900 });
    Object.defineProperty(error, 'dependency', {
      get: () => {
        throw new Error('trap');
      },
    });
    expect(decideOutcome(threw(error), facts())).toEqual({ kind: 'snoozed', delayMs: 900 });
  });

  it('is snoozed and handed back at the last attempt too, because neither uses it up', () => {
    const last = facts({ attempt: 5 });
    expect(decideOutcome(ENDINGS['threw a snooze']!, last).kind).toBe('snoozed');
    expect(decideOutcome(ENDINGS['threw an error']!, { ...last, abortCause: 'shutdown' }).kind).toBe('handed_back');
  });

  it.each([-5, Number.NaN, Infinity, 1e300, '30', 10n, {}])('counts a snooze of %p as an error', (delayMs) => {
    const snooze = Object.assign(new SnoozeJobError(1), { delayMs });
    expect(decideOutcome(threw(snooze), facts())).toEqual({
      kind: 'retried',
      delayMs: 2_000,
      error: expect.stringMatching(/Its delayMs is .*; a delay is a number of milliseconds/) as string,
    });
    expect(decideOutcome(threw(snooze), facts({ attempt: 5 }))).toMatchObject({ kind: 'failed' });
  });

  it.each([0, 250, MAX_ERROR_DELAY_MS])('takes %d ms from any error that has a retryAfterMs', (retryAfterMs) => {
    const error = Object.assign(new Error('429'), { retryAfterMs });
    expect(decideOutcome(threw(error), facts())).toMatchObject({ kind: 'retried', delayMs: retryAfterMs });
  });

  it.each([-1, Number.NaN, MAX_ERROR_DELAY_MS + 1, 'soon', new Date()])(
    'follows the retry policy where retryAfterMs is %p, and says so',
    (retryAfterMs) => {
      const outcome = decideOutcome(threw(Object.assign(new Error('429'), { retryAfterMs })), facts());
      expect(outcome).toMatchObject({ kind: 'retried', delayMs: 2_000 });
      expect((outcome as { error: string }).error).toContain('Its retryAfterMs is');
    },
  );

  it.each([undefined, null])('ignores a retryAfterMs of %p', (retryAfterMs) => {
    const error = Object.assign(new Error('429'), { retryAfterMs, stack: undefined });
    expect(decideOutcome(threw(error), facts())).toEqual({ kind: 'retried', delayMs: 2_000, error: 'Error: 429' });
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

  const throwing = (name: string) =>
    Object.defineProperty(new Error('odd'), name, {
      get: () => {
        throw new Error(`${name} throws`);
      },
    });
  const trap = () => {
    throw new Error('trapped');
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();

  it.each([
    ['whose retryAfterMs throws', throwing('retryAfterMs'), 'Error: odd'],
    ['whose stack throws', throwing('stack'), 'cannot be described'],
    ['whose every trap throws', new Proxy(new Error('odd'), { get: trap, has: trap, getPrototypeOf: trap }), 'cannot'],
    ['that is a revoked Proxy', revoked.proxy, ''],
  ])('is retried for an error %s', (_, error, text) => {
    for (const kind of ['threw', 'not called'] as const)
      expect(decideOutcome({ kind, error }, facts())).toEqual({
        kind: 'retried',
        delayMs: 2_000,
        error: expect.stringContaining(text) as string,
      });
  });

  it('is completed with a note about a result that cannot be stored', () => {
    expect(decideOutcome({ kind: 'returned', result: { n: 1n } }, facts())).toEqual({
      kind: 'completed',
      resultJson: null,
      error: expect.stringContaining('its result was not stored') as string,
    });
  });
});

describe('decideAfterCommit', () => {
  it('is completed, and keeps what the handler threw after its commit', () => {
    expect(decideAfterCommit({ kind: 'returned', result: 7 })).toEqual({ kind: 'completed', resultJson: null });
    expect(decideAfterCommit(threw(new Error('too late')))).toEqual({
      kind: 'completed',
      resultJson: null,
      error: expect.stringMatching(/^The job is done: .* Error: too late/) as string,
    });
  });
});
