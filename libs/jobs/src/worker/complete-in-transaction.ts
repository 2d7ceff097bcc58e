import type { DataSource, EntityManager } from 'typeorm';
import { PermanentJobError } from '../job/job.errors.js';
import { DEFAULT_MAX_RESULT_BYTES, resultIssue } from '../job/result.js';
import { DEFAULT_WAIT_TIMEOUT_MS } from '../jobs.options.js';
import { ManagerExecutor } from '../store/executors.js';
import { ownTransaction } from '../store/host-connections.js';
import { JobStore } from '../store/job.store.js';
import type { RunningJob } from './running-job.js';
import { settleParams } from './settle-params.js';

/** Runs the handler's last transaction, and completes the job in it. */
export type CompleteIn = <T>(running: RunningJob, work: (manager: EntityManager) => Promise<T>) => Promise<T>;

/**
 * The handler's writes and the job's completion in one transaction. The fence stands in the same statement as ever, so
 * a run that is no longer this worker's rolls back with everything that its handler wrote.
 */
export function completeInTransaction(
  dataSource: DataSource,
  workerId: () => string,
  maxResultBytes = DEFAULT_MAX_RESULT_BYTES,
  waitMs = DEFAULT_WAIT_TIMEOUT_MS,
): CompleteIn {
  return async (running, work) => {
    if (running.completed) throw new PermanentJobError('context.transaction() was called again after it had committed');
    running.signal.throwIfAborted();
    const result = await ownTransaction(dataSource, waitMs, async (manager) => {
      const value = await work(manager);
      requireStorable(value, maxResultBytes);
      running.signal.throwIfAborted();
      const outcome = { kind: 'completed', result: value } as const;
      const store = new JobStore(new ManagerExecutor(dataSource, manager));
      const settled = await store.settle(settleParams(running.shard, workerId(), [{ running, outcome }]));
      if (!settled.has(running.id)) running.abort('lease-lost');
      running.signal.throwIfAborted();
      return value;
    });
    running.completed = true;
    return result;
  };
}

function requireStorable(value: unknown, maxBytes: number): void {
  const issue = resultIssue(value, maxBytes);
  if (issue !== null) throw new PermanentJobError(`The transaction's result cannot be stored: ${issue}`);
}
