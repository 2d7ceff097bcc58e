import { CANCELLED_UNSTARTED } from '../job/outcome/cancelled-unstarted.js';
import type { WrittenOutcome } from '../job/outcome/job-outcome.js';
import type { JobStatus } from '../job/job-status.js';
import { statusAfter } from '../job/outcome/outcome-effects.js';

/**
 * The outcome that was written, derived from the job's status after the settle. Null if the settle cannot have left
 * this status. Where a cancel was requested, an outcome that would leave the job pending is written as a cancellation.
 */
export function writtenOutcome(outcome: WrittenOutcome, status: JobStatus): WrittenOutcome | null {
  const wanted = statusAfter(outcome);
  if (status === wanted) return outcome;
  if (wanted !== 'pending' || status !== 'cancelled') return null;
  return { kind: 'cancelled', error: ('error' in outcome && outcome.error) || CANCELLED_UNSTARTED };
}
