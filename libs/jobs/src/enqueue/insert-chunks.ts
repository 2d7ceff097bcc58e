import { groupBy } from '../support/group-by.js';
import { JobConflictError } from '../job/job.errors.js';
import type { JobStore } from '../store/job.store.js';
import { toInsertParams, toPlainParams, type PreparedJob } from './prepare-job.js';
import { fitting, MAX_STATEMENT_BYTES } from './batching/take-batch.js';

/** Beyond this many rows a statement only holds more memory and locks. */
const BOUNDS = { rows: 5_000, bytes: MAX_STATEMENT_BYTES };
/** The holder of a unique key can finish between insert and look-up, again and again only in theory. */
const MAX_TRIES = 5;
const payloadOf = ({ payload }: PreparedJob): string => payload;

export interface InsertRules {
  /**
   * Only for a transaction of its own: it fails instead of waiting longer than this for another one, in milliseconds.
   * Null: it waits as the transaction that it is in says.
   */
  lockMs: number | null;
}

/** Ids by job: that of the job itself, or of the one that holds its unique key. */
export type IdsByJob = Map<PreparedJob, string>;

/**
 * The jobs of each statement. Transactions that write several unique keys take them in one order, whoever writes them,
 * so that none waits for another that waits for it.
 */
export function chunksOf(jobs: readonly PreparedJob[]): PreparedJob[][] {
  const chunks: PreparedJob[][] = [];
  for (const same of groupBy(inKeyOrder(jobs), (job) => job.shard).values())
    for (let start = 0; start < same.length;) {
      const end = start + fitting(same, payloadOf, BOUNDS, start);
      chunks.push(same.slice(start, end));
      start = end;
    }
  return chunks;
}

/** Whether the jobs are one plain statement. */
export function arePlain(jobs: readonly PreparedJob[]): boolean {
  const { plain, shard } = jobs[0]!;
  if (plain === null || !jobs.every((job) => job.plain === plain && job.shard === shard)) return false;
  return jobs.length === 1 || fitting(jobs, payloadOf, BOUNDS) === jobs.length;
}

/** Whether one statement writes them: then it needs no transaction around it. With keys, there may have to be a second. */
export function isOneStatement(jobs: readonly PreparedJob[]): boolean {
  const { shard } = jobs[0]!;
  return (
    jobs.every((job) => job.uniqueKey === null && job.shard === shard) &&
    fitting(jobs, payloadOf, BOUNDS) === jobs.length
  );
}

/** Writes the jobs of one chunk, and notes their ids. */
export async function insertChunk(
  store: JobStore,
  chunk: readonly PreparedJob[],
  ids: IdsByJob,
  { lockMs }: InsertRules,
): Promise<void> {
  if (lockMs === null && arePlain(chunk)) {
    await store.insertPlain(toPlainParams(chunk[0]!.plain!, chunk), null);
    for (const job of chunk) ids.set(job, job.id);
    return;
  }
  let missing = chunk;
  for (let tries = 0; missing.length > 0; tries++) {
    if (tries === MAX_TRIES) throw keyContended(missing[0]!);
    const params = toInsertParams(missing[0]!.shard, missing);
    const inserted = new Set(await (lockMs === null ? store.insert(params) : store.insertUnlessLocked(params, lockMs)));
    for (const job of missing) if (inserted.has(job.id)) ids.set(job, job.id);
    missing = await findHolders(
      store,
      missing.filter((job) => !inserted.has(job.id)),
      ids,
    );
  }
}

/** By code units, as every process compares; jobs without a key keep their order. */
function inKeyOrder(jobs: readonly PreparedJob[]): readonly PreparedJob[] {
  if (!jobs.some(({ uniqueKey }) => uniqueKey !== null)) return jobs;
  return jobs.toSorted(
    (a, b) => a.shard - b.shard || compare(a.queue, b.queue) || compare(a.uniqueKey ?? '', b.uniqueKey ?? ''),
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Notes who holds the keys that were taken, and returns the jobs whose key is free again. */
async function findHolders(store: JobStore, taken: PreparedJob[], ids: IdsByJob): Promise<PreparedJob[]> {
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
