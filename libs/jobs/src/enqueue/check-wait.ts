import { MAX_TIMEOUT_MS } from '../job/job-definition.js';
import { InvalidJobOptionError } from '../job/job.errors.js';
import { requireKnownOptions } from '../job/validate/known-options.js';
import { requireInteger, shownValue } from '../job/validate/option-checks.js';
import type { WaitLimits } from '../wait/waiting-call.js';
import { WAIT_OPTIONS, type WaitOptions } from './enqueue-options.js';

const DEFAULT_TIMEOUT_MS = 30_000;

/** Throws `InvalidJobOptionError`, or the reason of a signal that has aborted. */
export function checkWait(given: WaitOptions): WaitLimits {
  requireKnownOptions('', given, WAIT_OPTIONS);
  const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = given;
  requireInteger('timeoutMs', timeoutMs, 1, MAX_TIMEOUT_MS);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new InvalidJobOptionError('signal', `must be an AbortSignal; it is ${shownValue(signal)}`);
  signal?.throwIfAborted();
  return { timeoutMs, signal };
}
