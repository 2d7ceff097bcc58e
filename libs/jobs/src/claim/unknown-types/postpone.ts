import { groupBy } from '../../support/group-by.js';
import type { WorkerStatus } from '../../state/worker-status.js';
import type { DefinitionRegistry } from '../../handle/definition.registry.js';
import { BatchSize } from '../../support/batch-size.js';
import { classifyDatabaseError } from '../../store/connection/database-errors.js';
import type { ClaimStore } from '../../store/stages/claim.store.js';
import type { RunningJob } from '../../slots/running-job.js';
import type { SettleBatch } from '../../settle/settle-batch.js';
import { UnknownTypes } from './unknown-types.js';
import type { Clock } from '../../support/time/clock.js';

const POSTPONE_BATCH = 5_000;

export interface PostponeParts {
  store: Pick<ClaimStore, 'postpone'>;
  queues: string[];
  clock: Clock;
  settling: SettleBatch;
  unknownTypes: UnknownTypes;
  /** Jobs of a paused type keep their place. */
  isPaused: (type: string) => boolean;
  /** How many rows one statement may postpone. */
  batch: BatchSize;
}

export function postponeParts(
  given: Pick<PostponeParts, 'store' | 'queues' | 'clock' | 'settling' | 'isPaused'>,
  status: WorkerStatus,
): PostponeParts {
  const unknownTypes = new UnknownTypes(status, given.clock);
  return { ...given, unknownTypes, batch: new BatchSize(POSTPONE_BATCH) };
}

/** Separates jobs with a processor here from those without. */
export function byProcessor(
  jobs: RunningJob[],
  registry: DefinitionRegistry,
): { known: RunningJob[]; unknown: RunningJob[] } {
  const unknown = jobs.filter((job) => !registry.processor(job.row.type));
  return { known: unknown.length === 0 ? jobs : jobs.filter((job) => registry.processor(job.row.type)), unknown };
}

/** Hands back jobs without a processor here, and postpones all others of their types. */
export async function postponeUnknown(
  jobs: readonly RunningJob[],
  { settling, ...rest }: PostponeParts,
): Promise<void> {
  for (const [type, same] of groupBy(jobs, (job) => job.row.type)) {
    const delayMs = rest.unknownTypes.delayMs(type);
    rest.unknownTypes.postponed(type, same.length);
    await settling.settleAll(same, { kind: 'handed_back', delayMs });
    for (const shard of new Set(same.map((job) => job.shard))) await postponeRest(rest, shard, type, delayMs);
  }
}

async function postponeRest(
  { unknownTypes, isPaused, ...parts }: Omit<PostponeParts, 'settling'>,
  shard: number,
  type: string,
  delayMs: number,
): Promise<void> {
  for (let more = true; more && !isPaused(type);) {
    const { count, full } = await postponeBatch(parts, shard, type, delayMs);
    if (count > 0) unknownTypes.postponed(type, count);
    more = full;
  }
}

/** The number of jobs postponed, and whether more may remain. After a timeout, the next statement is smaller. */
async function postponeBatch(
  { store, queues, clock, batch }: Pick<PostponeParts, 'store' | 'queues' | 'clock' | 'batch'>,
  shard: number,
  type: string,
  delayMs: number,
): Promise<{ count: number; full: boolean }> {
  const { rows } = batch;
  const startedMs = clock.steadyMs();
  try {
    const count = await store.postpone({ shard, limit: rows, queues, types: [type], delayMs });
    batch.took(clock.steadyMs() - startedMs);
    return { count, full: count === rows };
  } catch (error) {
    if (classifyDatabaseError(error) === 'slow') batch.tooMuch(rows);
    throw error;
  }
}
