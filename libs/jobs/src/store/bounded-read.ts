import type { DataSource, EntityManager } from 'typeorm';
import { DEFAULT_WAIT_TIMEOUT_MS, type JobsOptions } from '../jobs.options.js';
import { ManagerExecutor } from './connection/executors.js';
import { ownTransaction } from './connection/host-connections.js';
import { retryContended } from './connection/retry-contended.js';
import { inSchema } from './in-schema.js';
import { limitStatementTime } from './sql/stats/stats-timeout.sql.js';
import type { Executor } from './statement.js';
import { LookConnections, LOOK_MS } from './worker-connections/look-connections.js';

type ReadOptions = Partial<Pick<JobsOptions, 'schema' | 'waitTimeoutMs'>>;

/** Limits each later statement of the executor's transaction. */
export async function limitStatements(executor: Executor, timeoutMs: number): Promise<void> {
  await executor.run(limitStatementTime, [String(timeoutMs)]);
}

/**
 * Reads for people and tools. Each statement may take two seconds and is a transaction of its own, on a connection that the
 * module keeps for that. Where it has none, it reads as `boundedRead` does.
 */
export async function look<T>(
  dataSource: DataSource,
  options: ReadOptions,
  work: (executor: Executor) => Promise<T>,
): Promise<T> {
  const connection = await LookConnections.of(dataSource)?.take();
  if (!connection) return boundedRead(dataSource, options, work);
  try {
    return await work(inSchema(connection, options.schema));
  } finally {
    connection.release();
  }
}

/** Reads in a transaction of its own on a connection of the host's. Each statement may take two seconds. */
export function boundedRead<T>(
  dataSource: DataSource,
  { schema, waitTimeoutMs = DEFAULT_WAIT_TIMEOUT_MS }: ReadOptions,
  work: (executor: Executor) => Promise<T>,
): Promise<T> {
  const readIn = async (manager: EntityManager) => {
    const executor = inSchema(new ManagerExecutor(dataSource, manager), schema);
    await limitStatements(executor, LOOK_MS);
    return work(executor);
  };
  return retryContended(waitTimeoutMs, (leftMs) => ownTransaction(dataSource, leftMs, readIn));
}
