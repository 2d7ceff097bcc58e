import type { WrittenOutcome } from '../job/job-outcome.js';
import { errorText } from '../job/error-text.js';
import { InvalidPayloadError, PermanentJobError, SnoozeJobError, type AbortCause } from '../job/job.errors.js';
import type { Redact } from '../job/redact-secrets.js';
import { retryDelayMs, type RetryPolicy } from '../job/retry-policy.js';

/** How a handler ended. `abandoned`: it ignored its signal for the whole grace and was left behind. */
export type HandlerEnding =
  { kind: 'returned'; result: unknown } | { kind: 'threw'; error: unknown } | { kind: 'abandoned'; error: unknown };

export interface RunFacts {
  attempt: number;
  maxAttempts: number;
  retry: RetryPolicy;
  abortCause: AbortCause | null;
  /** Masks secrets in what is stored. Default: with the built-in names. */
  redact?: Redact;
}

/** Of a job without a result, as nearly all are. */
export const COMPLETED: WrittenOutcome = Object.freeze({ kind: 'completed', result: undefined });

const MAX_DELAY_MS = 366 * 86_400_000;

/**
 * The outcome of a run, from how its handler ended and why it was aborted, if it was. Work that was done in spite of
 * an abort counts as done. After a lost lease too: the fence decides whether the outcome may still be written.
 */
export function decideOutcome(ending: HandlerEnding, facts: RunFacts): WrittenOutcome {
  if (ending.kind === 'returned')
    return ending.result === undefined ? COMPLETED : { kind: 'completed', result: ending.result };
  switch (facts.abortCause) {
    case 'shutdown':
    case 'lease-lost':
      return { kind: 'handed_back', delayMs: 0 };
    case 'cancelled':
      return { kind: 'cancelled', error: 'Cancelled while running' };
    case 'timeout':
    case null:
      return ofError(ending.error, facts);
    default:
      return facts.abortCause satisfies never;
  }
}

function ofError(error: unknown, facts: RunFacts): WrittenOutcome {
  if (error instanceof SnoozeJobError) return { kind: 'snoozed', delayMs: clampDelay(error.delayMs) };
  const text = errorText(error, facts.redact);
  const permanent = error instanceof PermanentJobError || error instanceof InvalidPayloadError;
  if (permanent || facts.attempt >= facts.maxAttempts) return { kind: 'failed', error: text };
  const wished = wishedDelayMs(error);
  return { kind: 'retried', error: text, delayMs: wished ?? retryDelayMs(facts.retry, facts.attempt) };
}

/** Any error may say when it is worth trying again, such as one made from a `Retry-After` header. */
function wishedDelayMs(error: unknown): number | null {
  const wished = (error as { retryAfterMs?: unknown } | null | undefined)?.retryAfterMs;
  return typeof wished === 'number' && Number.isFinite(wished) ? clampDelay(wished) : null;
}

function clampDelay(delayMs: number): number {
  return Number.isFinite(delayMs) ? Math.min(Math.max(delayMs, 0), MAX_DELAY_MS) : 0;
}
