import type { WrittenOutcome } from './job-outcome.js';
import type { JobStatus } from '../job-status.js';

/** The status of a job after this outcome. */
export function statusAfter({ kind }: WrittenOutcome): JobStatus {
  switch (kind) {
    case 'completed':
    case 'failed':
    case 'cancelled':
      return kind;
    case 'retried':
    case 'snoozed':
    case 'handed_back':
      return 'pending';
    default:
      return kind satisfies never;
  }
}

/** How long the job then waits until it is due, in milliseconds. */
export function delayAfterMs(outcome: WrittenOutcome): number {
  return 'delayMs' in outcome ? outcome.delayMs : 0;
}

/** Whether the run gives its attempt back. */
export function givesAttemptBack({ kind }: WrittenOutcome): boolean {
  return kind === 'snoozed' || kind === 'handed_back';
}

/** Whether the run is recorded among the failed attempts of its job. */
export function isFailedAttempt({ kind }: WrittenOutcome): boolean {
  return kind === 'retried' || kind === 'failed';
}

/** The error to store with the job. Null leaves the last one as it is. */
export function storedError(outcome: WrittenOutcome): string | null {
  return 'error' in outcome ? (outcome.error ?? null) : null;
}

/** The result to store with the job, as JSON. Null leaves the last one as it is. */
export function storedResult(outcome: WrittenOutcome): string | null {
  return outcome.kind === 'completed' ? outcome.resultJson : null;
}
