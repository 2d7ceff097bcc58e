import type { DataSource, EntityManager } from 'typeorm';
import { groupBy } from '../job/group-by.js';
import { JobConflictError } from '../job/job.errors.js';
import { hostPool, ManagerExecutor } from '../store/executors.js';
import { JobStore } from '../store/job.store.js';
import type { EnqueuedJob } from './enqueue-options.js';
import { toInsertParams, toPlainParams, type PreparedJob } from './prepare-job.js';

export interface InsertInto {
  dataSource: DataSource;
  /** Whether prepared statements may be named: a pooler forbids it. */
  named: boolean;
  /** The caller's, if it is in a transaction. */
  manager?: EntityManager;
}

/** Rows per statement: beyond this a statement only holds more memory and locks. */
const CHUNK = 5_000;
/** The holder of a unique key can finish between insert and look-up, again and again only in theory. */
const MAX_TRIES = 5;

/** Writes jobs, all or none, in the caller's transaction or one of its own if it takes several statements. */
export async function insertPrepared(
  { dataSource, named, manager }: InsertInto,
  jobs: readonly PreparedJob[],
): Promise<EnqueuedJob[]> {
  const chunks = chunksByShard(jobs);
  const ids = new Map<PreparedJob, string>();
  const insertAll = async (store: JobStore) => {
    for (const chunk of chunks) await insertChunk(store, chunk, ids);
  };
  if (manager) await insertAll(new JobStore(new ManagerExecutor(dataSource, manager)));
  else if (chunks.length === 1) await insertAll(new JobStore(hostPool(dataSource, named)));
  else await dataSource.transaction((own) => insertAll(new JobStore(new ManagerExecutor(dataSource, own))));
  return jobs.map((job) => ({ id: ids.get(job)!, type: job.type, duplicate: ids.get(job) !== job.id }));
}

function chunksByShard(jobs: readonly PreparedJob[]): PreparedJob[][] {
  return [...groupBy(jobs, (job) => job.shard).values()].flatMap((same) =>
    Array.from({ length: Math.ceil(same.length / CHUNK) }, (_, i) => same.slice(i * CHUNK, (i + 1) * CHUNK)),
  );
}

/** Whether the jobs are one plain statement. */
export function arePlain(jobs: readonly PreparedJob[]): boolean {
  const { plain, shard } = jobs[0]!;
  return plain !== null && jobs.length <= CHUNK && jobs.every((job) => job.plain === plain && job.shard === shard);
}

async function insertChunk(store: JobStore, chunk: PreparedJob[], ids: Map<PreparedJob, string>): Promise<void> {
  if (arePlain(chunk)) {
    await store.insertPlain(toPlainParams(chunk[0]!.plain!, chunk), null);
    for (const job of chunk) ids.set(job, job.id);
    return;
  }
  let missing = chunk;
  for (let tries = 0; missing.length > 0; tries++) {
    if (tries === MAX_TRIES) throw keyContended(missing[0]!);
    const inserted = new Set(await store.insert(toInsertParams(missing[0]!.shard, missing)));
    for (const job of missing) if (inserted.has(job.id)) ids.set(job, job.id);
    missing = await findHolders(
      store,
      missing.filter((job) => !inserted.has(job.id)),
      ids,
    );
  }
}

/** Notes who holds the keys that were taken, and returns the jobs whose key is free again. */
async function findHolders(
  store: JobStore,
  taken: PreparedJob[],
  ids: Map<PreparedJob, string>,
): Promise<PreparedJob[]> {
  if (taken.length === 0) return [];
  const keys = taken.map((job) => ({ queue: job.queue, uniqueKey: job.uniqueKey! }));
  const rows = await store.findByKeys(taken[0]!.shard, keys);
  const holders = new Map(rows.map((row) => [keyOf(row.queue, row.unique_key), row.id]));
  for (const job of taken) {
    const holder = holders.get(keyOf(job.queue, job.uniqueKey!));
    if (holder) ids.set(job, holder);
  }
  return taken.filter((job) => !ids.has(job));
}

function keyOf(queue: string, uniqueKey: string): string {
  return JSON.stringify([queue, uniqueKey]);
}

function keyContended({ type, uniqueKey }: PreparedJob): JobConflictError {
  return new JobConflictError({
    code: 'JOBS_UNIQUE_KEY_CONTENDED',
    what: `Job "${type}" could not be enqueued: its unique key "${uniqueKey}" kept changing hands.`,
    fix: 'Try again.',
  });
}
