import { asciiText, errorText, isAscii } from '../job/text/error-text.js';
import { COMPLETED, type WrittenOutcome } from '../job/job-outcome.js';
import { isUnencodable } from '../store/connection/database-errors.js';

/**
 * What to write instead of an outcome that the database refuses to store; null if there is nothing that says less. A
 * database whose encoding lacks a character gets the text without it, and the outcome stays what it is. A result that
 * cannot be stored is left out. Any other outcome fails its job, with the reason.
 */
export function insteadOf(outcome: WrittenOutcome, error: unknown): WrittenOutcome | null {
  if (isUnencodable(error) && 'error' in outcome && outcome.error !== undefined && !isAscii(outcome.error))
    return { ...outcome, error: asciiText(outcome.error) };
  const why = errorText(error);
  if (outcome.kind === 'completed' && outcome.resultJson !== null)
    return { ...COMPLETED, error: `The job is done, but its result was not stored: ${why}` };
  if (outcome.kind === 'failed') return null;
  return { kind: 'failed', error: `The outcome "${outcome.kind}" could not be stored: ${why}` };
}
