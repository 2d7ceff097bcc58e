import type { DataSource, EntityManager } from 'typeorm';
import { hostPool, ManagerExecutor } from '../../store/connection/executors.js';
import { isInCallersTransaction, ownTransaction, transactionOn } from '../../store/connection/host-connections.js';
import { inSchema } from '../../store/in-schema.js';
import { EnqueueStore } from '../../store/stages/enqueue.store.js';
import { LOCK_WAIT_MS, retryContended } from '../../store/connection/retry-contended.js';
import { dataSourceOf } from '../../support/typeorm-versions.js';
import type { EnqueuedJob } from '../enqueue-options.js';
import { chunksOf, insertChunk, isOneStatement, type IdsByJob } from './insert-chunks.js';
import type { PreparedJob } from '../prepare-job.js';
import { keysHeld } from '../wait-errors.js';

export interface InsertInto {
  dataSource: DataSource;
  schema?: string;
  /** Whether prepared statements may have names. Behind a pooler they may not. */
  named: boolean;
  /** Milliseconds to wait for a connection, and for unique keys that other transactions hold. */
  waitMs: number;
}

export interface OwnStatement extends InsertInto {
  /** Milliseconds that it may wait for a lock before it fails with 55P03. */
  lockMs: number;
  /** Milliseconds after which the statement is cancelled. Default: never. */
  breakOffMs?: number;
}

/** Writes jobs of one shard in one statement that is its own transaction. */
export async function insertUnlessLocked(
  { dataSource, schema, named, waitMs, lockMs, breakOffMs }: OwnStatement,
  jobs: readonly PreparedJob[],
): Promise<EnqueuedJob[]> {
  const ids: IdsByJob = new Map();
  const pool = hostPool(dataSource, named, { waitMs, breakOffMs });
  await insertChunk(new EnqueueStore(inSchema(pool, schema)), jobs, ids, { lockMs });
  return answers(jobs, ids);
}

/** Writes all the jobs or none: in the transaction of `manager`, or in its own if the manager is in none. */
export async function insertPrepared(
  into: InsertInto,
  jobs: readonly PreparedJob[],
  manager?: EntityManager,
): Promise<EnqueuedJob[]> {
  const runner = manager?.queryRunner;
  if (runner && (await isInCallersTransaction(runner, into.waitMs))) return insertChunks(into, jobs, manager);
  const giveUp = (error: unknown) => keysHeld(jobs, into.waitMs, error);
  const insertOwn = async (own: EntityManager) => {
    await new EnqueueStore(new ManagerExecutor(into.dataSource, own)).limitLockWait(LOCK_WAIT_MS);
    return insertChunks(into, jobs, own);
  };
  const dataSource = manager ? dataSourceOf(manager) : into.dataSource;
  if (!manager && isOneStatement(jobs))
    return retryContended(
      into.waitMs,
      (waitMs) => insertUnlessLocked({ ...into, waitMs, lockMs: LOCK_WAIT_MS }, jobs),
      giveUp,
    );
  return retryContended(
    into.waitMs,
    (leftMs) => (runner ? transactionOn(runner, insertOwn) : ownTransaction(dataSource, leftMs, insertOwn)),
    giveUp,
  );
}

async function insertChunks(
  { dataSource, schema }: InsertInto,
  jobs: readonly PreparedJob[],
  manager: EntityManager,
): Promise<EnqueuedJob[]> {
  const ids: IdsByJob = new Map();
  const store = new EnqueueStore(inSchema(new ManagerExecutor(dataSource, manager), schema));
  for (const chunk of chunksOf(jobs)) await insertChunk(store, chunk, ids, { lockMs: null });
  return answers(jobs, ids);
}

function answers(jobs: readonly PreparedJob[], ids: IdsByJob): EnqueuedJob[] {
  return jobs.map((job) => ({ id: ids.get(job)!, type: job.type, duplicate: ids.get(job) !== job.id }));
}
