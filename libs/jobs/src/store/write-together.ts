import type { DataSource, EntityManager } from 'typeorm';
import { JobConflictError } from '../job/job.errors.js';
import type { JobsOptions } from '../jobs.options.js';
import { dataSourceOf } from '../support/typeorm-versions.js';
import { databaseErrorCode } from './connection/database-errors.js';
import { ManagerExecutor } from './connection/executors.js';
import { isInCallersTransaction, ownTransaction, transactionOn } from './connection/host-connections.js';
import { LOCK_WAIT_MS, retryContended } from './connection/retry-contended.js';
import { behindSavepoint } from './connection/savepoint.js';
import { inSchema } from './in-schema.js';
import { limitLockWait } from './sql/lock-wait.sql.js';
import type { Executor } from './statement.js';

export interface TogetherParts {
  dataSource: DataSource;
  options: Pick<JobsOptions, 'schema' | 'waitTimeoutMs'>;
}

export interface Together {
  executor: Executor;
  /** False in a transaction of the caller, whose settings are the caller's. */
  isOwn: boolean;
  /** Others have been in the way of the earlier tries for most of `waitTimeoutMs`. */
  isLate: boolean;
  /** Runs a part of the work. If it throws, nothing of it stays, and the rest of the work can go on. */
  behindSavepoint: <T>(part: () => Promise<T>) => Promise<T>;
}

/** SQLSTATE if another transaction took a unique key after the statement had looked. */
const UNIQUE_VIOLATION = '23505';
/** The next try sees who has the key. */
const MAX_TRIES = 3;
/** Tries in this last part of `waitTimeoutMs` are late. Pauses between tries are shorter, so some try is. */
const LATE_SHARE = 1 / 4;

/**
 * Runs statements that are written all or not at all: in the manager's transaction, behind a savepoint, or else in a
 * transaction of their own. Work is tried again if another transaction takes a unique key of it meanwhile, and in a
 * transaction of its own also while others are in its way. After `waitTimeoutMs` it throws what `giveUp` returns; by default
 * `JobConflictError` JOBS_LOCK_HELD.
 */
export async function writeTogether<T>(
  { dataSource, options: { schema, waitTimeoutMs } }: TogetherParts,
  manager: EntityManager | undefined,
  work: (together: Together) => Promise<T>,
  giveUp?: (error: unknown) => unknown,
): Promise<T> {
  const runner = manager?.queryRunner;
  const runIn = (inside: EntityManager, isOwn: boolean, isLate = false) =>
    work({
      executor: inSchema(new ManagerExecutor(dataSource, inside), schema),
      isOwn,
      isLate,
      behindSavepoint: (part) => behindSavepoint(inside.queryRunner!, part),
    });
  if (runner && (await isInCallersTransaction(runner, waitTimeoutMs))) {
    // A transaction that TypeORM knows nothing of cannot have a savepoint of TypeORM's.
    if (!runner.isTransactionActive) return withFreeKeys(() => runIn(manager, false), 1);
    return withFreeKeys(() => transactionOn(runner, (inside) => runIn(inside, false)));
  }
  const target = manager ? dataSourceOf(manager) : dataSource;
  const lateMs = Math.max(waitTimeoutMs * LATE_SHARE, 2 * LOCK_WAIT_MS);
  const attempt = (leftMs: number) => {
    const runOwn = async (own: EntityManager) => {
      await new ManagerExecutor(dataSource, own).run(limitLockWait, [`${LOCK_WAIT_MS}ms`]);
      return runIn(own, true, leftMs <= lateMs);
    };
    return runner ? transactionOn(runner, runOwn) : ownTransaction(target, leftMs, runOwn);
  };
  return retryContended(waitTimeoutMs, (leftMs) => withFreeKeys(() => attempt(leftMs)), giveUp);
}

async function withFreeKeys<T>(attempt: () => Promise<T>, maxTries = MAX_TRIES): Promise<T> {
  for (let tries = 1; ; tries++)
    try {
      return await attempt();
    } catch (error) {
      if (databaseErrorCode(error) !== UNIQUE_VIOLATION) throw error;
      if (tries === maxTries) throw keyTaken(error);
    }
}

function keyTaken(cause: unknown): JobConflictError {
  return new JobConflictError({
    code: 'JOBS_UNIQUE_KEY_TAKEN',
    what: 'Another transaction took the unique key of one of the jobs at the same moment. Nothing was changed.',
    fix: 'Try again: jobs whose key is taken are then skipped.',
    cause,
  });
}
