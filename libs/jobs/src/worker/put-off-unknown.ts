import { groupBy } from '../job/group-by.js';
import type { DefinitionRegistry } from '../process/definition.registry.js';
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

/** Of a few jobs, those with and those without a processor here. */
export function byProcessor(
  jobs: RunningJob[],
  registry: DefinitionRegistry,
): { known: RunningJob[]; unknown: RunningJob[] } {
  const unknown = jobs.filter((job) => !registry.processor(job.row.type));
  return { known: unknown.length === 0 ? jobs : jobs.filter((job) => registry.processor(job.row.type)), unknown };
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
