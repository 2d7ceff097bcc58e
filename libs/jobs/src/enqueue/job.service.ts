import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import type { JobDefinition, PayloadInput } from '../job/job-definition.js';
import { checkResult } from '../job/validate/check-result.js';
import { shardOf } from '../job/job-id.js';
import { JobConflictError, JobNotFoundError } from '../job/job.errors.js';
import type { JobView } from '../job/job.js';
import type { RescheduleTo } from '../job/new-time.js';
import { requireKnownOptions } from '../job/validate/known-options.js';
import { JOBS_DATA_SOURCE, JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { DefinitionRegistry } from '../handle/definition.registry.js';
import { callerManager, type CallerManager } from '../store/connection/caller-manager.js';
import { CommitHooks } from '../wake/commit-hooks.js';
import { LocalWorker } from '../wake/local-worker.js';
import { ManagerExecutor } from '../store/connection/executors.js';
import { inSchema } from '../store/in-schema.js';
import { JobStore } from '../store/control/job.store.js';
import { LogStore } from '../store/log.store.js';
import { EnqueueStore } from '../store/stages/enqueue.store.js';
import type { Executor } from '../store/statement.js';
import { selectionParts, type SelectionParts } from '../control/selection/selection-parts.js';
import { explainJob } from '../control/why/explain-job.js';
import type { WhyNotRunning } from '../control/why/why-not-running.js';
import { JobSelection } from '../control/selection/job-selection.js';
import type { JobFilter } from '../control/selection/job-filter.js';
import { JobNotCompletedError, type FinishedJob } from '../wait/finished-job.js';
import type { JobChange } from '../wait/job-change.js';
import { JobWaits } from '../wait/job-waits.js';
import { WakeUp } from '../wake/wake-up.js';
import { Clock } from '../support/time/clock.js';
import { checkWatch, readJobLog, type JobLog, type LogOptions, type WatchOptions } from './job-log.js';
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
import { cancelUnfinished, holderOf, type CancelledJob } from './existing/cancel-unfinished.js';
import { PendingJobs, type JobUpdate, type UpdatedJob, type UpdateOptions } from './existing/pending-jobs.js';
import { retryFinished } from './existing/retry-finished.js';

/**
 * Enqueues, reads, changes, cancels and retries jobs. With `{ manager }`, a call commits or rolls back with that manager's
 * transaction. Without it, a call joins the active transaction that the module's option `transactionManager` finds. If
 * there is none, or with `{ manager: null }`, a call uses its own transaction.
 */
@Injectable()
export class JobService {
  private readonly inserter: JobInserter;
  private readonly managerOf: CallerManager;
  private readonly limits: PrepareLimits;
  private readonly selecting: SelectionParts;
  private readonly pending: PendingJobs;

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
    this.limits = { shards: options.shards, maxPayloadBytes: options.maxPayloadBytes, clock };
    this.inserter = new JobInserter({ dataSource, options, commitHooks, wakeUp, localWorker, clock });
    this.managerOf = callerManager(dataSource, options.transactionManager);
    const parts = { dataSource, options, commitHooks, wakeUp, clock, managerOf: this.managerOf };
    this.selecting = selectionParts(parts);
    this.pending = new PendingJobs({ ...parts, registry });
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

  /**
   * Follows a job in any process: yields its state now, then each change of its status or progress and each line that it logs.
   * The last change has `ended`. Ends without an error if the signal aborts. Throws as `waitFor`, but has no time limit.
   */
  watch(id: string, given: WatchOptions = {}): AsyncGenerator<JobChange, void, undefined> {
    this.shardOf(id);
    return this.waits.watches.watch(id.toLowerCase(), checkWatch(given));
  }

  /** What the handler has logged: the last lines, or those after one. Throws `JobNotFoundError`, `InvalidJobOptionError`. */
  logs(id: string, { manager, ...options }: LogOptions = {}): Promise<JobLog> {
    return readJobLog(new LogStore(this.executor(this.managerOf(manager))), this.shardOf(id), id, options);
  }

  /** Returns the job with its last 10 failed attempts, or null. Throws `InvalidJobOptionError` if `id` is not a UUID. */
  async get(id: string, given?: WithManager): Promise<JobView | null> {
    const row = await this.store(this.managerFor(given)).get(this.shardOf(id), id);
    return row && toJobView(row);
  }

  /** Jobs that match a filter, to count, list or act on. Throws `InvalidJobOptionError` for what no job can have. */
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
    const transition = await cancelUnfinished(this.store(manager), this.shardOf(id), id);
    if (transition === 'cancelled') return { id, status: 'cancelled' };
    this.commitHooks.afterCommit(manager, () => this.wakeUp.cancelRequested(), 'cancel');
    return { id, status: 'processing' };
  }

  /** Cancels the unfinished job with this unique key in the definition's queue. Returns null if there is none. */
  async cancelByKey(definition: JobDefinition, uniqueKey: string, given?: WithManager): Promise<CancelledJob | null> {
    const manager = this.managerFor(given);
    const store = new EnqueueStore(this.executor(manager));
    const holder = await holderOf(store, { queue: definition.queue, uniqueKey }, this.options.shards);
    if (holder === null) return null;
    return this.cancel(holder, { manager: manager ?? null }).catch((error: unknown) => {
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
    const queues = await retryFinished(this.store(manager), this.shardOf(id), id);
    this.commitHooks.afterCommit(manager, () => this.wakeUp.jobsAdded(queues));
    return { id, status: 'pending' };
  }

  /**
   * Changes the payload, the due time or the priority of a pending job; its unique key stays. A payload is checked as at
   * the enqueue; if this process does not know the type, the worker checks it before the run. Throws
   * `InvalidPayloadError`, `InvalidJobOptionError`, `JobNotFoundError`, or `JobConflictError` JOBS_NOT_PENDING.
   */
  update(id: string, changes: JobUpdate, given: UpdateOptions = {}): Promise<UpdatedJob> {
    return this.pending.update(id, changes, given);
  }

  /** Sets when a pending job falls due: at a time, or `byMs` later than planned; negative for earlier. Throws as `update`. */
  reschedule(id: string, to: RescheduleTo, given: UpdateOptions = {}): Promise<UpdatedJob> {
    return this.pending.reschedule(id, to, given);
  }

  /**
   * Says why a job is not running, as a code and in words: it is not due, its queue is paused, no worker takes it, all
   * slots are busy, and so on. Throws `JobNotFoundError`, and `InvalidJobOptionError` if `id` is not a UUID.
   */
  async whyNotRunning(id: string, given?: WithManager): Promise<WhyNotRunning> {
    const { dataSource, options } = this;
    return explainJob({ dataSource, options, manager: this.managerFor(given) }, this.shardOf(id), id);
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
