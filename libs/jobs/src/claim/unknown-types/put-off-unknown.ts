import { groupBy } from '../../support/group-by.js';
import type { WorkerStatus } from '../../state/worker-status.js';
import type { DefinitionRegistry } from '../../handle/definition.registry.js';
import { BatchSize } from '../../support/batch-size.js';
import { classifyDatabaseError } from '../../store/connection/database-errors.js';
import type { JobStore } from '../../store/job.store.js';
import type { RunningJob } from '../../slots/running-job.js';
import type { SettleBatch } from '../../settle/settle-batch.js';
import { UnknownTypes } from './unknown-types.js';

const POSTPONE_BATCH = 5_000;

export interface PutOffParts {
  store: JobStore;
  queues: string[];
  settling: SettleBatch;
  unknownTypes: UnknownTypes;
  /** How many rows are put off at once. */
  batch: BatchSize;
}

export function putOffParts(
  store: JobStore,
  queues: string[],
  settling: SettleBatch,
  status: WorkerStatus,
): PutOffParts {
  return { store, queues, settling, unknownTypes: new UnknownTypes(status), batch: new BatchSize(POSTPONE_BATCH) };
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
  { store, queues, settling, unknownTypes, batch }: PutOffParts,
): Promise<void> {
  for (const [type, same] of groupBy(jobs, (job) => job.row.type)) {
    const delayMs = unknownTypes.delayMs(type);
    unknownTypes.putOff(type, same.length);
    await settling.settleAll(same, { kind: 'handed_back', delayMs });
    for (const shard of new Set(same.map((job) => job.shard)))
      await putOffRest({ store, queues, unknownTypes, batch }, shard, type, delayMs);
  }
}

async function putOffRest(
  { unknownTypes, ...parts }: Omit<PutOffParts, 'settling'>,
  shard: number,
  type: string,
  delayMs: number,
): Promise<void> {
  for (let more = true; more;) {
    const { count, full } = await postponed(parts, shard, type, delayMs);
    if (count > 0) unknownTypes.putOff(type, count);
    more = full;
  }
}

/** How many, and whether there may be more. After a statement that timed out, the next ones are smaller. */
async function postponed(
  { store, queues, batch }: Pick<PutOffParts, 'store' | 'queues' | 'batch'>,
  shard: number,
  type: string,
  delayMs: number,
): Promise<{ count: number; full: boolean }> {
  const { rows } = batch;
  const startedMs = performance.now();
  try {
    const count = await store.postpone(shard, rows, queues, [type], delayMs);
    batch.took(performance.now() - startedMs);
    return { count, full: count === rows };
  } catch (error) {
    if (classifyDatabaseError(error) === 'slow') batch.tooMuch(rows);
    throw error;
  }
}
