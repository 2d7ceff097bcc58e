import type { DataSource, EntityManager } from 'typeorm';
import type { JobsError } from '../job/job.errors.js';
import type { JobsOptions } from '../jobs.options.js';
import { ManagerExecutor } from '../store/connection/executors.js';
import { ownTransaction } from '../store/connection/host-connections.js';
import { inSchema } from '../store/in-schema.js';
import { SettleStore } from '../store/stages/settle.store.js';
import { ofResult } from './decide-outcome.js';
import { ObservedPromise } from '../support/observed-promise.js';
import { RefusedTransaction, runEnded, RunTransaction, transactionReused } from '../slots/run-transaction.js';
import type { RunningJob } from '../slots/running-job.js';

export interface CompleteInOptions {
  dataSource: DataSource;
  workerId: string;
  limits: Pick<JobsOptions, 'maxResultBytes' | 'schema' | 'waitTimeoutMs'>;
}

type Work<T> = (manager: EntityManager) => Promise<T>;

/** Runs the handler's last transaction and completes the job in it. */
export type CompleteIn = <T>(running: RunningJob, work: Work<T>) => Promise<T>;

/**
 * Implements `context.transaction()`: the handler's writes and the job's completion commit together. The completion has
 * the usual fence, so a lost run rolls back everything that its handler wrote.
 * A run completes once. A call during another transaction, after its commit, or after the run is refused.
 */
export function completeInTransaction(options: CompleteInOptions): CompleteIn {
  return (running, work) => {
    const refusal = refusalOf(running);
    if (refusal) return (running.refusedTransaction = new RefusedTransaction(refusal)).promise;
    if (running.abortCause !== null) return ObservedPromise.of(Promise.reject(running.signal.reason as Error));
    const transaction = new RunTransaction(
      ownTransaction(options.dataSource, options.limits.waitTimeoutMs, (manager) =>
        complete(running, manager, work, options),
      ),
    );
    running.transaction = transaction;
    return transaction.promise;
  };
}

function refusalOf({ transaction, stage }: RunningJob): JobsError | null {
  if (stage !== 'running') return runEnded();
  return transaction && transaction.state !== 'rolled back' ? transactionReused(transaction.state) : null;
}

async function complete<T>(
  running: RunningJob,
  manager: EntityManager,
  work: Work<T>,
  { dataSource, workerId, limits }: CompleteInOptions,
): Promise<T> {
  const result = await work(manager);
  running.signal.throwIfAborted();
  const store = new SettleStore(inSchema(new ManagerExecutor(dataSource, manager), limits.schema));
  const outcome = ofResult(result, limits.maxResultBytes);
  const { shard, id, row } = running;
  const settled = await store.settle({ shard, workerId, outcomes: [{ id, run: row.run, outcome }] });
  if (!settled.has(id)) running.abort('lease-lost');
  running.signal.throwIfAborted();
  return result;
}
