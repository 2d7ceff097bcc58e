import { findByKeys } from '../sql/enqueue/find-by-key.sql.js';
import { insertJobs, insertJobsUnlessLocked } from '../sql/enqueue/insert-jobs.sql.js';
import { insertJobsParams, insertPlainParams, type NewJob } from '../sql/enqueue/insert-params.js';
import { insertPlain, insertPlainAndNotify, insertStarted } from '../sql/enqueue/insert-plain.sql.js';
import { limitLockWait } from '../sql/lock-wait.sql.js';
import type { Executor } from '../statement.js';

/** The job that holds a unique key. */
export interface KeyHolder {
  id: string;
  queue: string;
  unique_key: string;
}

/**
 * New jobs. Those of one call belong to one shard.
 *
 * Writes `jobs`.
 */
export class EnqueueStore {
  constructor(private readonly executor: Executor) {}

  /** Adds jobs and returns the ids of those whose unique key was free. */
  async insert(jobs: readonly NewJob[]): Promise<string[]> {
    return (await this.executor.run(insertJobs, insertJobsParams(jobs))).map(({ id }) => id);
  }

  /** As `insert`, for a transaction of its own. Fails with 55P03 rather than wait longer than `lockMs`. */
  async insertUnlessLocked(jobs: readonly NewJob[], lockMs: number): Promise<string[]> {
    const params = insertJobsParams(jobs);
    return (await this.executor.run(insertJobsUnlessLocked, [...params, `${lockMs}ms`])).map(({ id }) => id);
  }

  /**
   * Adds jobs that differ only in their ids and payloads, and sends the message, if any, with their commit. They must
   * be due now and have no unique key, no tags and no retry policy of their own.
   */
  async insertPlain(jobs: readonly NewJob[], message: string | null): Promise<void> {
    const params = insertPlainParams(jobs);
    if (message === null) await this.executor.run(insertPlain, params);
    else await this.executor.run(insertPlainAndNotify, [...params, message]);
  }

  /** As `insertPlain`, but claimed by the worker at once; returns the due time in the format of a claim. */
  async insertStarted(jobs: readonly NewJob[], workerId: string): Promise<string> {
    return (await this.executor.run(insertStarted, [...insertPlainParams(jobs), workerId]))[0]!;
  }

  /** The unfinished jobs that hold the given unique keys, where there are any. */
  findByKeys(shard: number, keys: readonly { queue: string; uniqueKey: string }[]): Promise<KeyHolder[]> {
    return this.executor.run(findByKeys, [shard, keys.map((key) => key.queue), keys.map((key) => key.uniqueKey)]);
  }

  /** Limits how long each later statement of the transaction may wait for a lock before it fails with 55P03. */
  async limitLockWait(lockMs: number): Promise<void> {
    await this.executor.run(limitLockWait, [`${lockMs}ms`]);
  }
}
