import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import type { JobDefinition, PayloadInput } from '../job/job-definition.js';
import { checkResult } from '../job/validate/check-result.js';
import { shardOf, slotFor } from '../job/job-id.js';
import { isFinished } from '../job/job-status.js';
import { JobConflictError, JobNotFoundError } from '../job/job.errors.js';
import type { JobView } from '../job/job.js';
import { requireKnownOptions } from '../job/validate/known-options.js';
import { requireKey } from '../job/validate/option-checks.js';
import { JOBS_DATA_SOURCE, JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { DefinitionRegistry } from '../handle/definition.registry.js';
import { callerManager, type CallerManager } from '../store/connection/caller-manager.js';
import { CommitHooks } from '../wake/commit-hooks.js';
import { databaseErrorCode } from '../store/connection/database-errors.js';
import { LocalWorker } from '../wake/local-worker.js';
import { ManagerExecutor } from '../store/connection/executors.js';
import { inSchema } from '../store/in-schema.js';
import { JobStore } from '../store/control/job.store.js';
import { EnqueueStore } from '../store/stages/enqueue.store.js';
import type { Executor } from '../store/statement.js';
import { selectionParts, type SelectionParts } from '../control/selection/selection-parts.js';
import { readWhyFacts } from '../control/why/why-reader.js';
import { whyNotRunning, type WhyNotRunning } from '../control/why/why-not-running.js';
import { JobSelection } from '../control/selection/job-selection.js';
import type { JobFilter } from '../control/selection/job-filter.js';
import { JobNotCompletedError, type FinishedJob } from '../wait/finished-job.js';
import { JobWaits } from '../wait/job-waits.js';
import { WakeUp } from '../wake/wake-up.js';
import {
  CALL_OPTIONS,
  ENQUEUE_OPTIONS,
  type EnqueueAndWaitOptions,
  type EnqueuedJob,
  type EnqueueOptions,
  type JobOptions,
  type WaitOptions,
  type WithManager,
} from './enqueue-options.js';
import { JobInserter } from './insert/job-inserter.js';
import { toJobView } from './job-view.js';
import { checkWait } from './check-wait.js';
import { prepareJob, type PrepareLimits } from './prepare-job.js';
import { prepareJobs } from './prepare-jobs.js';
import { alreadyFinished, cancelSkipped, notRetried, uniqueKeyTaken } from './refusals.js';
import { Clock } from '../support/time/clock.js';

/** SQLSTATE if another transaction took the unique key first. */
const UNIQUE_VIOLATION = '23505';

/** Each try can miss because the job starts or ends meanwhile. More misses in a row mean that something skips the update. */
const MAX_CANCEL_TRIES = 10;

/** `cancelled`: the job will not run. `processing`: it runs now, its worker is asked to abort it, and it will not run again. */
export interface CancelledJob {
  id: string;
  status: 'cancelled' | 'processing';
}

/**
 * Enqueues, reads, cancels and retries jobs. With `{ manager }`, a call commits or rolls back with that manager's
 * transaction. Without it, a call joins the active transaction that the module's option `transactionManager` finds. If
 * there is none, or with `{ manager: null }`, a call uses its own transaction.
 */
@Injectable()
export class JobService {
  private readonly inserter: JobInserter;
  private readonly managerOf: CallerManager;
  private readonly limits: PrepareLimits;
  private readonly selecting: SelectionParts;

  constructor(
    @Inject(JOBS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
    private readonly registry: DefinitionRegistry,
    private readonly commitHooks: CommitHooks,
    private readonly wakeUp: WakeUp,
    localWorker: LocalWorker,
    private readonly waits: JobWaits,
    clock: Clock,
  ) {
    const { shards, maxPayloadBytes } = options;
    this.limits = { shards, maxPayloadBytes, clock };
    this.inserter = new JobInserter({ dataSource, options, commitHooks, wakeUp, localWorker, clock });
    this.managerOf = callerManager(dataSource, options.transactionManager);
    this.selecting = selectionParts({ dataSource, options, commitHooks, wakeUp, clock, managerOf: this.managerOf });
  }

  /**
   * Adds one job. If an unfinished job of the queue has the same `uniqueKey`, adds none and returns that job with
   * `duplicate: true`. Throws `InvalidPayloadError` or `InvalidJobOptionError` before anything is written.
   *
   * In its own transaction it waits at most `waitTimeoutMs` milliseconds. After that it throws `JobConflictError` with
   * the code `JOBS_UNIQUE_KEY_HELD` or `JOBS_LOCK_HELD`, or `JobsError` with `JOBS_NO_CONNECTION`. Nothing is written.
   */
  async enqueue<D extends JobDefinition>(
    definition: D,
    payload: PayloadInput<D>,
    given?: EnqueueOptions,
  ): Promise<EnqueuedJob> {
    if (given !== undefined) requireKnownOptions('', given, ENQUEUE_OPTIONS);
    const { manager: callers, ...options } = given ?? {};
    const manager = this.managerOf(callers);
    const job = await prepareJob(definition, payload, options, this.limits);
    return this.inserter.insertOne(job, manager);
  }

  /** Like `enqueue`, but takes the name of the type. Also throws `UnknownJobTypeError`. */
  enqueueByType(type: string, payload: unknown, options?: EnqueueOptions): Promise<EnqueuedJob> {
    return this.enqueue(this.registry.definition(type), payload, options);
  }

  /**
   * Adds many jobs of one type in few statements, all or none. Returns the answers in the order of the jobs. Throws what
   * `enqueue` throws; the paths of its issues have the job's place, such as `jobs[3].payload.user_id`.
   */
  async enqueueMany<D extends JobDefinition>(
    definition: D,
    jobs: ReadonlyArray<JobOptions & { payload: PayloadInput<D> }>,
    given?: WithManager,
  ): Promise<EnqueuedJob[]> {
    const manager = this.managerFor(given);
    const prepared = await prepareJobs(definition, jobs, this.limits);
    if (prepared.length === 0) return [];
    return this.inserter.insert(prepared, manager);
  }

  /**
   * Adds one job in a transaction of its own and waits until it has completed, in any process. Throws what `enqueue`
   * throws, `JobNotCompletedError` if the job failed or was cancelled, `JobsError` with JOBS_WAIT_TIMEOUT, or the
   * signal's reason. With a `uniqueKey` that an unfinished job has, waits for that job.
   *
   * A handler that waits for a job keeps its slot. So let another queue's worker run that job, or leave slots free.
   */
  async enqueueAndWait<D extends JobDefinition>(
    definition: D,
    payload: PayloadInput<D>,
    { timeoutMs, signal, ...options }: EnqueueAndWaitOptions = {},
  ): Promise<FinishedJob<D>> {
    const wait = checkWait({ timeoutMs, signal });
    const prepared = await prepareJob(definition, payload, options, this.limits);
    const job = await this.waits.waitForNew(prepared.id, wait, () => this.inserter.insertOne(prepared));
    if (job.status !== 'completed') throw new JobNotCompletedError(job);
    return { ...job, result: await checkResult(definition, job.result) };
  }

  /**
   * Waits until the job has ended, in any process, and returns how. Throws `JobNotFoundError`, `JobsError` with
   * JOBS_WAIT_TIMEOUT, the signal's reason, or `InvalidJobOptionError`.
   */
  async waitFor(id: string, given: WaitOptions = {}): Promise<FinishedJob> {
    this.shardOf(id);
    return this.waits.waitFor(id.toLowerCase(), checkWait(given));
  }

  /** Returns the job with its last 10 failed attempts, or null. Throws `InvalidJobOptionError` if `id` is not a UUID. */
  async get(id: string, given?: WithManager): Promise<JobView | null> {
    const row = await this.store(this.managerFor(given)).get(this.shardOf(id), id);
    return row && toJobView(row);
  }

  /**
   * The jobs that match a filter, to count, to list or to act on: `jobs.where({ type: 'mail' }).retry()`.
   * Throws `InvalidJobOptionError` if the filter has a value that no job can have.
   */
  where(filter: JobFilter): JobSelection {
    return new JobSelection(this.selecting, filter);
  }

  /**
   * Cancels a pending job, or asks the worker that runs it to abort the run. The job then ends as `cancelled`, unless
   * that run still completes or fails it. It never runs again. Throws `JobNotFoundError`, and `JobConflictError` if the
   * job has finished or a trigger, rule or policy skips the update.
   */
  async cancel(id: string, given?: WithManager): Promise<CancelledJob> {
    const manager = this.managerFor(given);
    const store = this.store(manager);
    const shard = this.shardOf(id);
    for (let tries = 0; tries < MAX_CANCEL_TRIES; tries++) {
      const transition = await store.cancel(shard, id);
      if (transition === 'signalled')
        this.commitHooks.afterCommit(manager, () => this.wakeUp.cancelRequested(), 'cancel');
      if (transition) return { id, status: transition === 'cancelled' ? 'cancelled' : 'processing' };
      const row = await store.get(shard, id);
      if (!row) throw new JobNotFoundError(id);
      if (isFinished(row.status)) throw alreadyFinished(id, row.status);
    }
    throw cancelSkipped(id, MAX_CANCEL_TRIES);
  }

  /** Cancels the unfinished job with this unique key in the definition's queue. Returns null if there is none. */
  async cancelByKey(definition: JobDefinition, uniqueKey: string, given?: WithManager): Promise<CancelledJob | null> {
    const manager = this.managerFor(given);
    requireKey('uniqueKey', uniqueKey);
    const shard = slotFor({ uniqueKey }) % this.options.shards;
    const store = new EnqueueStore(this.executor(manager));
    const [holder] = await store.findByKeys(shard, [{ queue: definition.queue, uniqueKey }]);
    if (!holder) return null;
    return this.cancel(holder.id, { manager: manager ?? null }).catch((error: unknown) => {
      if (error instanceof JobConflictError || error instanceof JobNotFoundError) return null;
      throw error;
    });
  }

  /**
   * Makes a failed or cancelled job due now, with all its attempts. Throws `JobNotFoundError`, and `JobConflictError` if
   * the job has another status or an unfinished job has its unique key.
   */
  async retry(id: string, given?: WithManager): Promise<{ id: string; status: 'pending' }> {
    const manager = this.managerFor(given);
    const store = this.store(manager);
    const shard = this.shardOf(id);
    const retried = await store.retry(shard, id).catch((error: unknown) => {
      throw databaseErrorCode(error) === UNIQUE_VIOLATION ? uniqueKeyTaken(id) : error;
    });
    const row = await store.get(shard, id);
    if (!retried) throw notRetried(id, row?.status);
    this.commitHooks.afterCommit(manager, () => this.wakeUp.jobsAdded(row ? [row.queue] : []));
    return { id, status: 'pending' };
  }

  /**
   * Says why a job is not running, as a code and in words: it is not due, its queue is paused, no worker takes it, all
   * slots are busy, and so on. Throws `JobNotFoundError`, and `InvalidJobOptionError` if `id` is not a UUID.
   */
  async whyNotRunning(id: string, given?: WithManager): Promise<WhyNotRunning> {
    const { dataSource, options } = this;
    const facts = await readWhyFacts({ dataSource, options, manager: this.managerFor(given) }, this.shardOf(id), id);
    if (!facts) throw new JobNotFoundError(id);
    return whyNotRunning(facts);
  }

  private managerFor(given: WithManager = {}): EntityManager | undefined {
    requireKnownOptions('', given, CALL_OPTIONS);
    return this.managerOf(given.manager);
  }

  private store(manager?: EntityManager): JobStore {
    return new JobStore(this.executor(manager));
  }

  private executor(manager?: EntityManager): Executor {
    const { schema, waitTimeoutMs } = this.options;
    return inSchema(new ManagerExecutor(this.dataSource, manager, waitTimeoutMs), schema);
  }

  private shardOf(id: string): number {
    return shardOf(id, this.options.shards);
  }
}
