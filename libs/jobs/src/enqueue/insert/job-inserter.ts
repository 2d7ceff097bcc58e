import type { DataSource, EntityManager } from 'typeorm';
import type { JobsOptions } from '../../jobs.options.js';
import { BrokenOffError } from '../../store/connection/break-off.js';
import type { CommitHooks } from '../../wake/commit-hooks.js';
import type { LocalWorker } from '../../wake/local-worker.js';
import { hostPool } from '../../store/connection/executors.js';
import { poolOf, poolUse } from '../../store/connection/host-connections.js';
import { inSchema } from '../../store/in-schema.js';
import { EnqueueStore } from '../../store/stages/enqueue.store.js';
import { isContended } from '../../store/connection/retry-contended.js';
import { dataSourceOf } from '../../support/typeorm-versions.js';
import type { WakeUp } from '../../wake/wake-up.js';
import { dueSoon } from './due-soon.js';
import { InsertStreams } from '../batching/insert-streams.js';
import type { EnqueuedJob } from '../enqueue-options.js';
import { insertAlone, insertStarted } from './insert-alone.js';
import { fitFastInsert } from './insert-chunks.js';
import { insertPrepared, insertUnlessLocked, type InsertInto } from './insert-prepared.js';
import type { StreamStatement } from '../batching/insert-stream.js';
import type { PreparedJob } from '../prepare-job.js';
import { waitedTooLong } from '../wait-errors.js';
import type { Clock } from '../../support/time/clock.js';

export interface JobInserterParts {
  dataSource: DataSource;
  options: JobsOptions;
  commitHooks: CommitHooks;
  wakeUp: WakeUp;
  localWorker: LocalWorker;
  clock: Clock;
}

/**
 * Milliseconds after which a statement shared by single jobs is cancelled. Each of its jobs is then written alone, so
 * that one blocked job does not delay the others.
 */
const BREAK_OFF_MS = 500;
/** The same limit for the many jobs of one call, which take longer. */
const BREAK_OFF_MANY_MS = 2_000;

/** Chooses how prepared jobs are written and wakes workers for them. */
export class JobInserter {
  private readonly streams: InsertStreams;

  constructor(private readonly parts: JobInserterParts) {
    const { clock, dataSource, options } = parts;
    this.streams = new InsertStreams({
      clock,
      insert: (jobs, statement) => this.insertShared(jobs, statement),
      tooLate: (job, error) => waitedTooLong(job, options.waitTimeoutMs, error, poolUse(poolOf(dataSource))),
      waitMs: () => options.waitTimeoutMs,
      poolSize: () => poolOf(dataSource).options.max,
    });
  }

  /** Shares a statement with other single jobs, unless the manager is in a transaction or of another data source. */
  insertOne(job: PreparedJob, manager?: EntityManager): Promise<EnqueuedJob> {
    if (!this.isBound(manager)) return this.streams.add(job);
    return this.insert([job], manager).then(([enqueued]) => enqueued!);
  }

  /** Writes all the jobs or none. Returns the answers in the order of the jobs. */
  async insert(jobs: readonly PreparedJob[], manager?: EntityManager): Promise<EnqueuedJob[]> {
    const bound = this.isBound(manager) ? manager : undefined;
    const { waitTimeoutMs } = this.parts.options;
    if (!bound && fitFastInsert(jobs)) {
      try {
        return await this.insertAlone(jobs, waitTimeoutMs, BREAK_OFF_MANY_MS);
      } catch (error) {
        if (!isContended(error) && !(error instanceof BrokenOffError)) throw error;
      }
    }
    return this.announced(jobs, () => insertPrepared(this.into(waitTimeoutMs), jobs, bound), bound);
  }

  /** Whether the manager decides where the job is written: its own connection, or another data source. */
  private isBound(manager: EntityManager | undefined): manager is EntityManager {
    return (
      manager !== undefined && (manager.queryRunner !== undefined || dataSourceOf(manager) !== this.parts.dataSource)
    );
  }

  private into(waitMs: number): InsertInto {
    const { dataSource, options } = this.parts;
    return { dataSource, schema: options.schema, named: !options.pooled, waitMs };
  }

  private async insertShared(
    jobs: PreparedJob[],
    { fast, oneKey, waitMs, lockMs }: StreamStatement,
  ): Promise<EnqueuedJob[]> {
    const breakOffMs = Math.min(BREAK_OFF_MS, this.parts.options.waitTimeoutMs / 2);
    if (fast) return this.insertAlone(jobs, waitMs, breakOffMs);
    const shared = jobs.length > 1 && !oneKey;
    const statement = { ...this.into(waitMs), lockMs, breakOffMs: shared ? breakOffMs : undefined };
    return this.announced(jobs, () => insertUnlessLocked(statement, jobs));
  }

  /** Writes jobs and sends a wake-up for those that fall due soon. */
  private async announced(
    jobs: readonly PreparedJob[],
    write: () => Promise<EnqueuedJob[]>,
    manager?: EntityManager,
  ): Promise<EnqueuedJob[]> {
    const { clock, commitHooks, wakeUp } = this.parts;
    const soon = dueSoon(jobs, clock.steadyMs() - commitHooks.ageMs(manager), clock);
    const enqueued = await write();
    if (!soon) return enqueued;
    const { queues, dueMs } = soon;
    // One wake-up per second of due time, so that a transaction with many jobs keeps few of them until it commits.
    const second = Math.max(0, Math.floor((dueMs - clock.steadyMs()) / 1_000));
    const key = `${second} ${[...queues].join(' ')}`;
    commitHooks.afterCommit(manager, (count) => wakeUp.jobsAdded([...queues], { jobs: count, dueMs }), key, soon.jobs);
    return enqueued;
  }

  /** The path of most jobs: no options, and no transaction of the caller. */
  private async insertAlone(jobs: readonly PreparedJob[], waitMs: number, breakOffMs: number): Promise<EnqueuedJob[]> {
    const { dataSource, options, wakeUp, localWorker } = this.parts;
    const pool = hostPool(dataSource, !options.pooled, { waitMs, breakOffMs });
    const store = new EnqueueStore(inSchema(pool, options.schema));
    const reservation = localWorker.reserve(jobs);
    if (reservation) return insertStarted(store, jobs, reservation);
    const queues = [jobs[0]!.queue];
    const message = options.shards === 1 ? wakeUp.messageNow(queues, jobs.length) : null;
    const enqueued = await insertAlone(store, jobs, message);
    wakeUp.jobsAdded(queues, { jobs: jobs.length, alreadyNotified: message !== null });
    return enqueued;
  }
}
