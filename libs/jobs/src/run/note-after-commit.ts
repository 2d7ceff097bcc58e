import type { WrittenOutcome } from '../job/outcome/job-outcome.js';
import type { SettleStore } from '../store/stages/settle.store.js';
import type { DatabaseWatch } from '../state/database-watch.js';
import type { RunningJob } from '../slots/running-job.js';

export interface NoteParts {
  outcomes: Pick<SettleStore, 'noteError'>;
  watch: DatabaseWatch;
}

/** Stores what the handler threw after its own transaction had completed the job. Never rejects. */
export async function noteAfterCommit(
  { shard, id, row }: RunningJob,
  outcome: WrittenOutcome,
  { outcomes, watch }: NoteParts,
): Promise<void> {
  if (outcome.kind !== 'completed' || outcome.error === undefined) return;
  await outcomes
    .noteError({ shard, id, run: row.run }, outcome.error)
    .catch((error: unknown) => watch.failed(error, 'upkeep'));
}
