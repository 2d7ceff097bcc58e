import fc from 'fast-check';
import { DEFAULT_RETRY_POLICY, resolveRetryPolicy, retryDelayMs, type RetryPolicy } from './retry-policy.js';

const middle = () => 0.5;
const delays = (policy: RetryPolicy, attempts: number, random = middle) =>
  Array.from({ length: attempts }, (_, i) => retryDelayMs(policy, i + 1, random));

describe('retryDelayMs', () => {
  it('waits 1, 2, 4, 8, 16 and then 16 seconds by default', () => {
    expect(delays(DEFAULT_RETRY_POLICY, 7)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 16_000, 16_000]);
  });

  it('spreads every delay by ten per cent either way, those at the cap too', () => {
    expect(delays(DEFAULT_RETRY_POLICY, 6, () => 0)).toEqual([900, 1_800, 3_600, 7_200, 14_400, 14_400]);
    expect(delays(DEFAULT_RETRY_POLICY, 6, () => 1)).toEqual([1_100, 2_200, 4_400, 8_800, 17_600, 17_600]);
  });

  it('draws its own chance, so that jobs that failed together do not return together', () => {
    const drawn = new Set(Array.from({ length: 100 }, () => retryDelayMs(DEFAULT_RETRY_POLICY, 5)));
    expect(drawn.size).toBeGreaterThan(50);
  });

  it('keeps a fixed delay', () => {
    const fixed = resolveRetryPolicy({ type: 'fixed', initialDelayMs: 300, jitter: 0 });
    expect(delays(fixed, 4)).toEqual([300, 300, 300, 300]);
  });

  it.each([0, -3])('treats attempt %i as the first', (attempt) => {
    expect(retryDelayMs(DEFAULT_RETRY_POLICY, attempt, middle)).toBe(1_000);
  });

  it('waits for no time at all if told so, after thousands of attempts too', () => {
    const impatient = resolveRetryPolicy({ initialDelayMs: 0 });
    expect([1, 60, 5_000].map((attempt) => retryDelayMs(impatient, attempt))).toEqual([0, 0, 0]);
  });

  it('never overflows: whatever the policy and the attempt, the delay is whole and within the cap and its jitter', () => {
    const policies = fc.record({
      type: fc.constantFrom('exponential' as const, 'fixed' as const),
      initialDelayMs: fc.integer({ min: 0, max: 1_000_000 }),
      maxDelayMs: fc.integer({ min: 1_000_000, max: 30 * 86_400_000 }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(policies, fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (policy, attempt, chance) => {
        const delay = retryDelayMs(policy, attempt, () => chance);
        expect(Number.isSafeInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(Math.ceil(policy.maxDelayMs * (1 + policy.jitter)));
      }),
    );
  });
});

describe('resolveRetryPolicy', () => {
  it('is the default policy when nothing is given', () => {
    expect(resolveRetryPolicy()).toEqual(DEFAULT_RETRY_POLICY);
  });

  it('fills in what is not given from the base', () => {
    const base = { ...DEFAULT_RETRY_POLICY, initialDelayMs: 5, jitter: 0 };
    expect(resolveRetryPolicy({ maxDelayMs: 50 }, base)).toEqual({
      type: 'exponential',
      initialDelayMs: 5,
      maxDelayMs: 50,
      jitter: 0,
    });
  });

  it('lifts the default cap to an initial delay above it', () => {
    expect(resolveRetryPolicy({ initialDelayMs: 60_000 })).toMatchObject({
      initialDelayMs: 60_000,
      maxDelayMs: 60_000,
    });
  });

  it.each<[string, Partial<RetryPolicy>]>([
    ['retry.type', { type: 'linear' as RetryPolicy['type'] }],
    ['retry.initialDelayMs', { initialDelayMs: -1 }],
    ['retry.initialDelayMs', { initialDelayMs: Number.NaN }],
    ['retry.initialDelayMs', { initialDelayMs: '5' as unknown as number }],
    ['retry.maxDelayMs', { maxDelayMs: Infinity }],
    ['retry.maxDelayMs', { maxDelayMs: 31 * 86_400_000 }],
    ['retry.maxDelayMs', { initialDelayMs: 500, maxDelayMs: 499 }],
    ['retry.jitter', { jitter: -0.1 }],
    ['retry.jitter', { jitter: 1.1 }],
    ['retry.jitter', { jitter: Number.NaN }],
    ['retry.jitter', { jitter: '0.5' as never }],
  ])('refuses %s of %j', (path, policy) => {
    expect(() => resolveRetryPolicy(policy)).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_OPTION', issues: [expect.objectContaining({ path })] }),
    );
  });
});
