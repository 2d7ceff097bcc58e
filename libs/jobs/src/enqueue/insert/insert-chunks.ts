import { groupBy } from '../../support/group-by.js';
import { JobConflictError } from '../../job/job.errors.js';
import type { EnqueueStore } from '../../store/stages/enqueue.store.js';
import type { PreparedJob } from '../prepare-job.js';
import { fitting, MAX_STATEMENT_BYTES } from '../batching/take-batch.js';

/** With more rows, a statement only takes more memory and holds its locks longer. */
const BOUNDS = { rows: 5_000, bytes: MAX_STATEMENT_BYTES };
/** The holder of a unique key can finish between the insert and the look-up. Then both are tried again. */
const MAX_TRIES = 5;
const payloadOf = ({ payload }: PreparedJob): string => payload;

export interface InsertRules {
  /**
   * Milliseconds to wait for another transaction's lock before the statement fails. Only for a statement that is its own
   * transaction. Null: the settings of the surrounding transaction apply.
   */
  lockMs: number | null;
}

/** The id of each job: its own, or that of the job that holds its unique key. */
export type IdsByJob = Map<PreparedJob, string>;

/**
 * Splits jobs into one list per statement. Every transaction writes its unique keys in the same order, so that two of
 * them cannot deadlock.
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

/** Whether one fast insert can write all the jobs: same definition and shard, no options, within the size limit. */
export function fitFastInsert(jobs: readonly PreparedJob[]): boolean {
  const { defaultsOf, shard } = jobs[0]!;
  if (defaultsOf === null || !jobs.every((job) => job.defaultsOf === defaultsOf && job.shard === shard)) return false;
  return jobs.length === 1 || fitting(jobs, payloadOf, BOUNDS) === jobs.length;
}

/** Whether one statement writes all the jobs, so that no transaction is needed. A unique key can need a second statement. */
export function isOneStatement(jobs: readonly PreparedJob[]): boolean {
  const { shard } = jobs[0]!;
  return (
    jobs.every((job) => job.uniqueKey === null && job.shard === shard) &&
    fitting(jobs, payloadOf, BOUNDS) === jobs.length
  );
}

/** Writes the jobs of one chunk and adds their ids to `ids`. */
export async function insertChunk(
  store: EnqueueStore,
  chunk: readonly PreparedJob[],
  ids: IdsByJob,
  { lockMs }: InsertRules,
): Promise<void> {
  if (lockMs === null && fitFastInsert(chunk)) {
    await store.insertPlain(chunk, null);
    for (const job of chunk) ids.set(job, job.id);
    return;
  }
  let missing = chunk;
  for (let tries = 0; missing.length > 0; tries++) {
    if (tries === MAX_TRIES) throw keyContended(missing[0]!);
    const free = lockMs === null ? store.insert(missing) : store.insertUnlessLocked(missing, lockMs);
    const inserted = new Set(await free);
    for (const job of missing) if (inserted.has(job.id)) ids.set(job, job.id);
    missing = await findHolders(
      store,
      missing.filter((job) => !inserted.has(job.id)),
      ids,
    );
  }
}

/** Compares code units, because a locale could order the keys differently in another process. */
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

/** Adds the ids of the jobs that hold the taken keys. Returns the jobs whose key has become free since. */
async function findHolders(store: EnqueueStore, taken: PreparedJob[], ids: IdsByJob): Promise<PreparedJob[]> {
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
    what: `Job "${type}" could not be enqueued: other jobs took and released its unique key "${uniqueKey}" during each try.`,
    fix: 'Try again.',
  });
}
