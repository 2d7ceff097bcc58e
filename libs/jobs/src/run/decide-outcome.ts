import { DependencyDownError } from '../job/dependency-down.error.js';
import { errorText, oneLine } from '../job/text/error-text.js';
import { COMPLETED, type WaitsFor, type WrittenOutcome } from '../job/outcome/job-outcome.js';
import {
  InvalidPayloadError,
  isErrorDelay,
  PermanentJobError,
  SnoozeJobError,
  type AbortCause,
} from '../job/job.errors.js';
import type { Redact } from '../job/text/redact-secrets.js';
import { encodeResult } from '../job/validate/result.js';
import { retryDelayMs, type RetryPolicy } from '../job/retry-policy.js';

/** `not called`: validating the payload threw. `abandoned`: the handler ignored its signal for the grace period. */
export type HandlerEnding =
  | { kind: 'returned'; result: unknown }
  | { kind: 'threw'; error: unknown }
  | { kind: 'not called'; error: unknown }
  | { kind: 'abandoned'; error: unknown };

export interface RunFacts {
  attempt: number;
  maxAttempts: number;
  retry: RetryPolicy;
  maxResultBytes: number;
  abortCause: AbortCause | null;
  /** Masks secrets in stored texts. Default: the built-in names. */
  redact?: Redact;
}

/**
 * Decides the outcome of a run from how its handler ended and why it was aborted. Work that is done counts as done,
 * even after an abort. After a lost lease, the fence decides whether the outcome is written.
 * Never throws, although getters and proxies in the handler's errors and results may.
 */
export function decideOutcome(ending: HandlerEnding, facts: RunFacts): WrittenOutcome {
  if (ending.kind === 'returned') return ofResult(ending.result, facts.maxResultBytes);
  switch (facts.abortCause) {
    case 'shutdown':
    case 'lease-lost':
      return { kind: 'handed_back', delayMs: 0 };
    case 'cancelled':
      return { kind: 'cancelled', error: 'Cancelled while running' };
    case 'timeout':
    case null:
      return ofError(ending, facts);
    default:
      return facts.abortCause satisfies never;
  }
}

/** For a run whose own transaction completed the job. A later error of the handler is kept as a note. */
export function decideAfterCommit(ending: HandlerEnding, redact?: Redact): WrittenOutcome {
  if (ending.kind !== 'threw') return COMPLETED;
  const error = `The job is done: its transaction had committed before its handler threw. ${errorText(ending.error, redact)}`;
  return { ...COMPLETED, error };
}

/** Completed, with the result if it can be stored. Never throws. */
export function ofResult(result: unknown, maxBytes: number): WrittenOutcome {
  if (result === undefined) return COMPLETED;
  const { json, issue } = encodeResult(result, maxBytes);
  return { kind: 'completed', resultJson: json, ...(issue !== null && { error: issue }) };
}

function ofError({ kind, error }: Exclude<HandlerEnding, { kind: 'returned' }>, facts: RunFacts): WrittenOutcome {
  const wish = read(() => (kind === 'not called' ? wishOfCheck(error) : wishOf(error))) ?? {};
  if (wish.snoozeMs !== undefined)
    return { kind: 'snoozed', delayMs: wish.snoozeMs, ...read(() => waitsFor(error, facts.redact)) };
  const text = `${errorText(error, facts.redact)}${wish.note ?? ''}`;
  if (wish.permanent || facts.attempt >= facts.maxAttempts) return { kind: 'failed', error: text };
  return { kind: 'retried', error: text, delayMs: wish.retryAfterMs ?? retryDelayMs(facts.retry, facts.attempt) };
}

/** What an error asks for. */
interface Wish {
  permanent?: boolean;
  snoozeMs?: number;
  retryAfterMs?: number;
  /** Says that the request cannot be met. */
  note?: string;
}

/** An invalid payload stays invalid. Thrown by the handler, the same error concerns another job. */
function wishOfCheck(error: unknown): Wish {
  return error instanceof InvalidPayloadError ? { permanent: true } : wishOf(error);
}

/** Any error may carry `retryAfterMs`, for example from a `Retry-After` header. */
function wishOf(error: unknown): Wish {
  if (error instanceof PermanentJobError) return { permanent: true };
  if (error instanceof SnoozeJobError) {
    const { delayMs } = error;
    return isErrorDelay(delayMs) ? { snoozeMs: delayMs } : { note: unusable('delayMs', delayMs) };
  }
  const wished = (error as { retryAfterMs?: unknown } | null | undefined)?.retryAfterMs;
  if (wished === undefined || wished === null) return {};
  return isErrorDelay(wished) ? { retryAfterMs: wished } : { note: unusable('retryAfterMs', wished) };
}

function waitsFor(error: unknown, redact?: Redact): { waitsFor: WaitsFor } | null {
  if (!(error instanceof DependencyDownError)) return null;
  const { dependency, atMs, cause } = error;
  return { waitsFor: { dependency: String(dependency), error: oneLine(errorText(cause ?? error, redact)), atMs } };
}

function unusable(name: string, value: unknown): string {
  const found = typeof value === 'number' ? String(value) : `a ${typeof value}`;
  return `\n(Its ${name} is ${found}; a delay is a number of milliseconds up to 366 days. The retry policy decides.)`;
}

/** Null if `from` throws. */
function read<T>(from: () => T): T | null {
  try {
    return from();
  } catch {
    return null;
  }
}
