import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { queuesToWorkOn } from '../claim/claimed-queues.js';
import { DefinitionRegistry } from '../handle/definition.registry.js';
import { JOB_OUTCOME_KINDS, type JobOutcomeKind } from '../job/outcome/job-outcome.js';
import { InvalidJobOptionError, JobsError } from '../job/job.errors.js';
import { optionNames, requireKnownOptions } from '../job/validate/known-options.js';
import { JOBS_DATA_SOURCE, JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { JobEventBus } from '../state/job-event-bus.js';
import { WorkerStatus } from '../state/worker-status.js';
import { boundedRead, limitStatements } from '../store/bounded-read.js';
import { isCancelled, isDatabaseDown } from '../store/connection/database-errors.js';
import { QueueStore } from '../store/control/queue.store.js';
import type { Executor } from '../store/statement.js';
import { TypeStore } from '../store/type.store.js';
import type { JobWorkerService } from './job-worker.service.js';
import { SlotSetting } from './slot-setting.js';
import { workLeft, type QueueWork, type SeenWork, type WorkLeft } from './work-left.js';

export interface RunUntilEmptyOptions {
  /** The queues to look at. Default: those from which this process claims. */
  queues?: readonly string[];
  /** Whether to wait for jobs too that are for later, such as retries. Default: false. */
  waitForDelayed?: boolean;
  /** Ends the wait early. Jobs that run go on. Default: none. */
  signal?: AbortSignal;
}

export interface RunUntilEmptyResult {
  /** Whether nothing was due and nothing ran in the queues. False if the wait ended for another reason. */
  empty: boolean;
  /** Paused queues in which jobs are due. Nobody starts them, so they are not waited for. */
  paused: string[];
  /** Paused types of which jobs are due in the queues. They are not waited for either. */
  pausedTypes: string[];
  /** When the first job that is for later falls due, in milliseconds, without paused types. Null if there is none. */
  nextDueInMs: number | null;
  /** How many runs of this process ended in each way, since the last call or else since the boot. */
  runs: Record<JobOutcomeKind, number>;
  /** Types that its queues have had and for which it has no processor. Their jobs stay. */
  unknownTypes: string[];
}

const OPTIONS = optionNames<RunUntilEmptyOptions>({ queues: true, waitForDelayed: true, signal: true });
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1_000;
/** For a look that steps over all due jobs of paused types. */
const LONG_LOOK_MS = 60_000;

/** Injects the worker of the own module. A module with a name has its class under another token. */
export const JOBS_WORKER = Symbol('JOBS_WORKER');

/** Runs jobs in this process until there are none, for containers that are started by a clock and for tests. */
@Injectable()
export class JobRunner {
  private runs = noRuns();

  constructor(
    @Inject(JOBS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
    private readonly registry: DefinitionRegistry,
    private readonly status: WorkerStatus,
    private readonly setting: SlotSetting,
    @Inject(JOBS_WORKER) private readonly worker: JobWorkerService,
    bus: JobEventBus,
  ) {
    bus.subscribe(({ name }) => {
      if (name in this.runs) this.runs[name as JobOutcomeKind]++;
    });
  }

  /**
   * Waits until no job of the queues is due or running, in this process or in another one. Its worker runs them meanwhile,
   * and goes on afterwards. A database that is away or slow is waited for.
   *
   * Throws `JobsError` JOBS_NO_WORKER if this process runs no jobs, and JOBS_RESTORED_COPY if its jobs wait for an
   * operator. Throws `InvalidJobOptionError` for a queue from which it does not claim.
   */
  async runUntilEmpty(given: RunUntilEmptyOptions = {}): Promise<RunUntilEmptyResult> {
    requireKnownOptions('', given, OPTIONS);
    const { waitForDelayed = false, signal } = given;
    const queues = this.queuesOf(given.queues);
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      this.requireWorker();
      const left = await this.look(queues, waitForDelayed);
      const stopped = signal?.aborted === true || this.status.draining;
      // An outcome may be committed before this process has read the reply. Its run is counted after that.
      const isDone = left?.isBusy === false;
      if (stopped || (isDone && !this.worker.holdsJobsOf(queues))) return this.resultOf(left, stopped);
      if (isDone) pauseMs = FIRST_PAUSE_MS;
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Null if the database does not answer now. */
  private async look(queues: string[], waitForDelayed: boolean): Promise<WorkLeft | null> {
    const { dataSource, options } = this;
    try {
      const read = (executor: Executor) => this.read(executor, queues, waitForDelayed);
      return workLeft(await boundedRead(dataSource, options, read), waitForDelayed);
    } catch (error) {
      if (isDatabaseDown(error) || isCancelled(error)) return null;
      throw error;
    }
  }

  private async read(executor: Executor, queues: string[], later: boolean): Promise<SeenWork> {
    const { shards } = this.options;
    const types = (await new TypeStore(executor).paused()).map(({ type }) => type);
    if (types.length > 0) await limitStatements(executor, LONG_LOOK_MS);
    const store = new QueueStore(executor);
    const settings = await store.settings(queues);
    const names = settings.filter(({ is_paused }) => is_paused).map(({ name }) => name);
    const open = queues.filter((queue) => !names.includes(queue));
    const paused: [string, QueueWork][] = [];
    for (const queue of names) paused.push([queue, await store.work(shards, [queue], types)]);
    return {
      open: await store.work(shards, open, types),
      paused,
      pausedTypes: types.length === 0 ? [] : await store.workOf({ shards, queues, types, later }),
    };
  }

  private resultOf(left: WorkLeft | null, stopped: boolean): RunUntilEmptyResult {
    const { runs } = this;
    this.runs = noRuns();
    const { paused, pausedTypes } = left ?? { paused: [], pausedTypes: [] };
    return {
      empty: left?.isBusy === false && paused.length + pausedTypes.length === 0 && !stopped,
      paused,
      pausedTypes,
      nextDueInMs: left?.nextDueInMs ?? null,
      runs,
      unknownTypes: [...this.status.unknownTypes].sort(),
    };
  }

  private queuesOf(given: readonly string[] | undefined): string[] {
    const claimed = queuesToWorkOn(this.options.queues, this.registry);
    const other = given?.find((queue) => !claimed.includes(queue));
    if (other === undefined) return [...(given ?? claimed)];
    throw new InvalidJobOptionError(
      'queues',
      `has ${JSON.stringify(other)}, from which this process does not claim`,
      `It claims from ${claimed.join(', ')}.`,
    );
  }

  private requireWorker(): void {
    const { whyIdle } = this.setting;
    if (whyIdle !== null)
      throw new JobsError({
        code: 'JOBS_NO_WORKER',
        what: `This process runs no jobs: ${whyIdle}.`,
        fix: 'Use the role "all" or "worker", and a module that has a provider with @ProcessesJob.',
      });
    if (this.status.restoredCopy === 'waits')
      throw new JobsError({
        code: 'JOBS_RESTORED_COPY',
        what: 'The database is a restored copy, and its jobs wait until an operator decides.',
        fix: 'The log says how to adopt or clear the copy.',
      });
  }
}

function noRuns(): Record<JobOutcomeKind, number> {
  return Object.fromEntries(JOB_OUTCOME_KINDS.map((kind) => [kind, 0])) as Record<JobOutcomeKind, number>;
}
