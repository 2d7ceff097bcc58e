import type { DataSource, EntityManager } from 'typeorm';
import type { JobsOptions } from '../jobs.options.js';
import { BrokenOffError } from '../store/connection/break-off.js';
import type { CommitHooks } from '../wake/commit-hooks.js';
import type { LocalWorker } from '../wake/local-worker.js';
import { hostPool } from '../store/connection/executors.js';
import { poolOf, poolUse } from '../store/connection/host-connections.js';
import { inSchema } from '../store/in-schema.js';
import { JobStore } from '../store/job.store.js';
import { isContended } from '../store/connection/retry-contended.js';
import { dataSourceOf } from '../support/typeorm-versions.js';
import type { WakeUp } from '../wake/wake-up.js';
import { dueSoon } from './due-soon.js';
import { EnqueueLanes } from './batching/enqueue-lanes.js';
import type { EnqueuedJob } from './enqueue-options.js';
import { insertAlone, insertStarted } from './insert-alone.js';
import { arePlain } from './insert-chunks.js';
import { insertPrepared, insertUnlessLocked, type InsertInto } from './insert-prepared.js';
import type { LaneStatement } from './batching/lane.js';
import type { PreparedJob } from './prepare-job.js';
import { waitedTooLong } from './wait-errors.js';

export interface JobInserterParts {
  dataSource: DataSource;
  options: JobsOptions;
  commitHooks: CommitHooks;
  wakeUp: WakeUp;
  localWorker: LocalWorker;
}

/**
 * A statement for single jobs takes milliseconds. One that takes longer is cancelled, and each of its jobs is written
 * alone, so that whatever holds one up does not hold up the others. In milliseconds.
 */
const BREAK_OFF_MS = 500;
/** The same for many jobs of one call, which may take their time. */
const BREAK_OFF_MANY_MS = 2_000;

/** Decides how prepared jobs are written, and wakes workers for them. */
export class JobInserter {
  private readonly lanes = new EnqueueLanes({
    insert: (jobs, statement) => this.insertLane(jobs, statement),
    tooLate: (job, error) =>
      waitedTooLong(job, this.parts.options.waitTimeoutMs, error, poolUse(poolOf(this.parts.dataSource))),
    waitMs: () => this.parts.options.waitTimeoutMs,
    poolSize: () => poolOf(this.parts.dataSource).options.max,
  });

  constructor(private readonly parts: JobInserterParts) {}

  /** Together with others that are enqueued one by one, unless the manager says where. */
  insertOne(job: PreparedJob, manager?: EntityManager): Promise<EnqueuedJob> {
    if (!this.isBound(manager)) return this.lanes.add(job);
    return this.insert([job], manager).then(([enqueued]) => enqueued!);
  }

  /** All or none. The answers are in the order of the jobs. */
  async insert(jobs: readonly PreparedJob[], manager?: EntityManager): Promise<EnqueuedJob[]> {
    const bound = this.isBound(manager) ? manager : undefined;
    const { waitTimeoutMs } = this.parts.options;
    if (!bound && arePlain(jobs)) {
      try {
        return await this.insertAlone(jobs, waitTimeoutMs, BREAK_OFF_MANY_MS);
      } catch (error) {
        if (!isContended(error) && !(error instanceof BrokenOffError)) throw error;
      }
    }
    return this.announced(jobs, () => insertPrepared(this.into(waitTimeoutMs), jobs, bound), bound);
  }

  /** Whether a manager stands for more than some connection of the library's own data source. */
  private isBound(manager: EntityManager | undefined): manager is EntityManager {
    return (
      manager !== undefined && (manager.queryRunner !== undefined || dataSourceOf(manager) !== this.parts.dataSource)
    );
  }

  private into(waitMs: number): InsertInto {
    const { dataSource, options } = this.parts;
    return { dataSource, schema: options.schema, named: !options.pooled, waitMs };
  }

  private async insertLane(
    jobs: PreparedJob[],
    { plain, oneKey, waitMs, lockMs }: LaneStatement,
  ): Promise<EnqueuedJob[]> {
    const breakOffMs = Math.min(BREAK_OFF_MS, this.parts.options.waitTimeoutMs / 2);
    if (plain) return this.insertAlone(jobs, waitMs, breakOffMs);
    const shared = jobs.length > 1 && !oneKey;
    const statement = { ...this.into(waitMs), lockMs, breakOffMs: shared ? breakOffMs : undefined };
    return this.announced(jobs, () => insertUnlessLocked(statement, jobs));
  }

  /** Writes jobs, and tells the workers about those that fall due soon. */
  private async announced(
    jobs: readonly PreparedJob[],
    write: () => Promise<EnqueuedJob[]>,
    manager?: EntityManager,
  ): Promise<EnqueuedJob[]> {
    const { commitHooks, wakeUp } = this.parts;
    const soon = dueSoon(jobs, performance.now() - commitHooks.ageMs(manager));
    const enqueued = await write();
    if (!soon) return enqueued;
    const { queues, dueMs } = soon;
    // A transaction that enqueues for long keeps one hint for each second in which its jobs fall due.
    const second = Math.max(0, Math.floor((dueMs - performance.now()) / 1_000));
    const key = `${second} ${[...queues].join(' ')}`;
    commitHooks.afterCommit(manager, (count) => wakeUp.jobsAdded([...queues], { jobs: count, dueMs }), key, soon.jobs);
    return enqueued;
  }

  /** Most jobs come this way: without options of their own, and in no transaction of the caller's. */
  private async insertAlone(jobs: readonly PreparedJob[], waitMs: number, breakOffMs: number): Promise<EnqueuedJob[]> {
    const { dataSource, options, wakeUp, localWorker } = this.parts;
    const pool = hostPool(dataSource, !options.pooled, { waitMs, breakOffMs });
    const store = new JobStore(inSchema(pool, options.schema));
    const reservation = localWorker.reserve(jobs);
    if (reservation) return insertStarted(store, jobs, reservation);
    const queues = [jobs[0]!.queue];
    const message = options.shards === 1 ? wakeUp.messageNow(queues, jobs.length) : null;
    const enqueued = await insertAlone(store, jobs, message);
    wakeUp.jobsAdded(queues, { jobs: jobs.length, alreadyNotified: message !== null });
    return enqueued;
  }
}
