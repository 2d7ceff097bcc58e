import { groupBy } from '../job/group-by.js';
import type { JobStore } from '../store/job.store.js';
import type { RunningJob } from './running-job.js';
import type { SettleBatch } from './settle-batch.js';
import type { UnknownTypes } from './unknown-types.js';

const POSTPONE_BATCH = 5_000;

export interface PutOffParts {
  store: JobStore;
  queues: string[];
  settling: SettleBatch;
  unknownTypes: UnknownTypes;
}

/** Jobs of unknown types go back, and the rest of their kind is put off before it gets in the way of known ones. */
export async function putOffUnknown(
  jobs: readonly RunningJob[],
  { store, queues, settling, unknownTypes }: PutOffParts,
): Promise<void> {
  for (const [type, same] of groupBy(jobs, (job) => job.row.type)) {
    const delayMs = unknownTypes.delayMs(type);
    await settling.settleAll(same, { kind: 'handed_back', delayMs });
    for (const shard of new Set(same.map((job) => job.shard)))
      while ((await store.postpone(shard, POSTPONE_BATCH, queues, [type], delayMs)) === POSTPONE_BATCH);
  }
}
