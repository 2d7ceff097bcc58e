import type { DataSource, EntityManager } from 'typeorm';
import type { JobsOptions } from '../jobs.options.js';
import { dataSourceOf } from '../support/typeorm-versions.js';
import { ManagerExecutor } from './connection/executors.js';
import { isInCallersTransaction, ownTransaction, transactionOn } from './connection/host-connections.js';
import { LOCK_WAIT_MS, retryContended } from './connection/retry-contended.js';
import { inSchema } from './in-schema.js';
import { limitLockWait } from './sql/lock-wait.sql.js';
import type { Executor } from './statement.js';

export interface ShortTransaction<T> {
  dataSource: DataSource;
  options: Pick<JobsOptions, 'schema' | 'waitTimeoutMs'>;
  /** The caller's. Undefined: a connection of its own. */
  manager: EntityManager | undefined;
  work: (executor: Executor) => Promise<T>;
  /** What to throw if others hold the rows for longer than `waitTimeoutMs`. Default: `JobConflictError` JOBS_LOCK_HELD. */
  giveUp?: (error: unknown) => unknown;
}

/**
 * Runs work in the caller's transaction, if there is one. Otherwise in a transaction of its own, which is tried again
 * while other transactions hold its rows, for at most `waitTimeoutMs` milliseconds.
 */
export async function shortTransaction<T>(parts: ShortTransaction<T>): Promise<T> {
  const { dataSource, options, manager, work, giveUp } = parts;
  const { schema, waitTimeoutMs } = options;
  const executorOf = (own: EntityManager) => inSchema(new ManagerExecutor(dataSource, own, waitTimeoutMs), schema);
  const runner = manager?.queryRunner;
  if (runner && (await isInCallersTransaction(runner, waitTimeoutMs))) return work(executorOf(manager));
  const begun = async (own: EntityManager) => {
    const executor = executorOf(own);
    await executor.run(limitLockWait, [`${LOCK_WAIT_MS}ms`]);
    return work(executor);
  };
  const source = manager ? dataSourceOf(manager) : dataSource;
  const attempt = (leftMs: number) => (runner ? transactionOn(runner, begun) : ownTransaction(source, leftMs, begun));
  return retryContended(waitTimeoutMs, attempt, giveUp);
}
