import { asciiText, errorText, isAscii } from '../job/text/error-text.js';
import { COMPLETED, type WrittenOutcome } from '../job/outcome/job-outcome.js';
import { isUnencodable } from '../store/connection/database-errors.js';

/**
 * The outcome to write instead of one that the database refuses to store. Null if there is no simpler one.
 * - A character that the database's encoding lacks is spelt out, and the outcome stays the same.
 * - A result that cannot be stored is left out, and the job completes.
 * - Any other outcome becomes a failure that names the reason.
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
