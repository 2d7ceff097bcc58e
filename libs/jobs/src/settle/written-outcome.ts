import { CANCELLED_UNSTARTED } from '../job/cancelled-unstarted.js';
import type { WrittenOutcome } from '../job/job-outcome.js';
import type { JobStatus } from '../job/job-status.js';
import { statusOf } from './settle-params.js';

/**
 * The outcome that a run got, by the status that its settle has left; null if that status is not of its making. What
 * would have left the job pending is written as a cancellation where somebody asked for one.
 */
export function writtenOutcome(outcome: WrittenOutcome, status: JobStatus): WrittenOutcome | null {
  const wanted = statusOf(outcome);
  if (status === wanted) return outcome;
  if (wanted !== 'pending' || status !== 'cancelled') return null;
  return { kind: 'cancelled', error: ('error' in outcome && outcome.error) || CANCELLED_UNSTARTED };
}
