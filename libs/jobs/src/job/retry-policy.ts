import { InvalidJobOptionError } from './job.errors.js';
import { optionNames, requireKnownOptions } from './validate/known-options.js';
import { shownValue } from './validate/option-checks.js';

export interface RetryPolicy {
  /** `exponential` doubles the delay with each attempt; `fixed` keeps the initial one. Default `exponential`. */
  type: 'exponential' | 'fixed';
  /** Delay after the first failed attempt, in milliseconds, at most 30 days. Default 1,000. */
  initialDelayMs: number;
  /** The longest delay before jitter, in milliseconds, at most 30 days. Default 16,000, at least `initialDelayMs`. */
  maxDelayMs: number;
  /** Share by which delays vary either way, 0 to 1, so that failed jobs do not all return together. Default 0.1. */
  jitter: number;
}

/** Delays of 1, 2, 4, 8, 16, 16, ... seconds, each ±10 %. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = Object.freeze({
  type: 'exponential',
  initialDelayMs: 1_000,
  maxDelayMs: 16_000,
  jitter: 0.1,
});

const RETRY_OPTIONS = optionNames<RetryPolicy>({ type: true, initialDelayMs: true, maxDelayMs: true, jitter: true });
const MAX_DELAY_MS = 30 * 24 * 3_600_000;

/**
 * The delay after failed attempt number `attempt`, which is 1 for the first, in milliseconds. Jitter comes after the
 * limit, so that delays at the limit are spread too.
 */
export function retryDelayMs(policy: RetryPolicy, attempt: number, random: () => number = Math.random): number {
  const growth = policy.type === 'exponential' ? 2 ** Math.min(Math.max(attempt, 1) - 1, 52) : 1;
  const capped = Math.min(policy.initialDelayMs * growth, policy.maxDelayMs);
  return Math.round(capped * (1 + policy.jitter * (2 * random() - 1)));
}

/** Throws `InvalidJobOptionError` for a policy with an unknown option or an invalid value. */
export function requireRetryOptions(given: Partial<RetryPolicy> | undefined, base?: RetryPolicy): void {
  if (given === undefined) return;
  requireKnownOptions('retry', given, RETRY_OPTIONS);
  resolveRetryPolicy(given, base);
}

/** Fills in the defaults. Throws `InvalidJobOptionError` for an invalid value. */
export function resolveRetryPolicy(given: Partial<RetryPolicy> = {}, base = DEFAULT_RETRY_POLICY): RetryPolicy {
  const policy = { ...base, ...given };
  if (given.initialDelayMs !== undefined && given.maxDelayMs === undefined)
    policy.maxDelayMs = Math.max(policy.maxDelayMs, given.initialDelayMs);
  if (policy.type !== 'exponential' && policy.type !== 'fixed')
    throw new InvalidJobOptionError('retry.type', `"${String(policy.type)}" is neither "exponential" nor "fixed"`);
  requireDelay('retry.initialDelayMs', policy.initialDelayMs);
  requireDelay('retry.maxDelayMs', policy.maxDelayMs);
  if (policy.maxDelayMs < policy.initialDelayMs)
    throw new InvalidJobOptionError('retry.maxDelayMs', 'must not be smaller than retry.initialDelayMs');
  if (!(typeof policy.jitter === 'number' && policy.jitter >= 0 && policy.jitter <= 1))
    throw new InvalidJobOptionError(
      'retry.jitter',
      `must be a number between 0 and 1; it is ${shownValue(policy.jitter)}`,
    );
  return policy;
}

function requireDelay(path: string, value: number): void {
  if (!(Number.isFinite(value) && value >= 0 && value <= MAX_DELAY_MS))
    throw new InvalidJobOptionError(path, `must be between 0 and 30 days, in milliseconds; it is ${shownValue(value)}`);
}
