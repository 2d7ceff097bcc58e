import { COMPLETED, type WrittenOutcome } from './job-outcome.js';

/** Bytes of the result and the error, as they are sent. */
export function outcomeBytes(outcome: WrittenOutcome): number {
  if (outcome === COMPLETED) return 0;
  const result =
    outcome.kind === 'completed' && outcome.resultJson !== null ? Buffer.byteLength(outcome.resultJson) : 0;
  const error = 'error' in outcome && outcome.error !== undefined ? Buffer.byteLength(outcome.error) : 0;
  return result + error;
}
