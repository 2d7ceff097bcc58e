import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { DataSource } from 'typeorm';
import { groupBy } from '../job/group-by.js';
import type { JobEventBus } from '../job/job-event-bus.js';
import type { JobOutcome, WrittenOutcome } from '../job/job-outcome.js';
import type { AbortCause } from '../job/job.errors.js';
import { requireInteger } from '../job/option-checks.js';
import type { WorkerStatus } from '../job/worker-status.js';
import type { JobsOptions } from '../jobs.options.js';
import type { DefinitionRegistry } from '../process/definition.registry.js';
import type { FleetStore, WorkerIdentity } from '../store/fleet.store.js';
import type { JobStore } from '../store/job.store.js';
import { ClaimLoop } from './claim-loop.js';
import { Claimer } from './claimer.js';
import { completeInTransaction, type CompleteIn } from './complete-in-transaction.js';
import type { DatabaseWatch } from './database-watch.js';
import { outcomeEvent, startedEvent } from './job-event-of.js';
import { OwnRuns } from './own-runs.js';
import { runJob } from './run-job.js';
import type { RunningJob } from './running-job.js';
import { SettleBatch } from './settle-batch.js';
import { UnknownTypes } from './unknown-types.js';
import { Workbench } from './workbench.js';

export interface JobWorkerParts {
  options: JobsOptions;
  /** The host's connections, for handlers' own transactions. */
  dataSource: DataSource;
  jobs: JobStore;
  fleet: FleetStore;
  registry: DefinitionRegistry;
  bus: JobEventBus;
  status: WorkerStatus;
  watch: DatabaseWatch;
  queues: string[];
}

/** Claimed ahead but not started for so long: somebody else may have a free slot. */
const UNSTARTED_MS = 1_000;
const POSTPONE_BATCH = 5_000;

/** Claims jobs, runs them in its slots and settles them: claim → run → settle. */
export class JobWorker {
  private identity: WorkerIdentity;
  private pausedQueues: readonly string[] = [];
  private readonly bench: Workbench;
  private readonly loop: ClaimLoop;
  private readonly settling: SettleBatch;
  private readonly ownRuns: OwnRuns;
  private readonly unknownTypes: UnknownTypes;
  private readonly completeIn: CompleteIn;
  private readonly runs = new Set<Promise<void>>();
  private outOfTime = false;

  constructor(private readonly parts: JobWorkerParts) {
    const { options, jobs, status, watch, queues } = parts;
    this.identity = { id: randomUUID(), host: hostname(), pid: process.pid, version: options.version, queues };
    this.bench = new Workbench(options.concurrency);
    this.unknownTypes = new UnknownTypes(status);
    this.completeIn = completeInTransaction(parts.dataSource, () => this.identity.id);
    this.settling = new SettleBatch({
      store: jobs,
      workerId: () => this.identity.id,
      onError: (error) => watch.failed(error),
      mayWrite: () => !this.outOfTime,
    });
    this.ownRuns = new OwnRuns(jobs, options.shards, this.bench, () => this.identity.id);
    this.loop = this.newLoop();
    this.showSlots();
  }

  get id(): string {
    return this.identity.id;
  }

  get concurrency(): number {
    return this.bench.concurrency;
  }

  /** Jobs that run at once, 1 to 1,000. A lower number lets running jobs end. Throws `InvalidJobOptionError`. */
  set concurrency(slots: number) {
    requireInteger('concurrency', slots, 1, 1_000);
    this.bench.concurrency = slots;
    this.showSlots();
    this.loop.wake();
  }

  /** Makes the worker known to the fleet and starts to claim. */
  async start(): Promise<void> {
    await this.parts.fleet.register(this.identity, this.concurrency);
    this.loop.start();
  }

  wake(): void {
    this.loop.wake();
  }

  set paused(queues: readonly string[]) {
    const resumed = this.pausedQueues.some((queue) => !queues.includes(queue));
    this.pausedQueues = queues;
    this.parts.status.pausedQueues = queues.filter((queue) => this.parts.queues.includes(queue));
    if (resumed) this.loop.wake();
  }

  /** Hands back what was claimed ahead and has waited too long for a slot. */
  handBackUnstarted(ageMs = UNSTARTED_MS): void {
    for (const job of this.bench.takeWaiting(ageMs)) this.track(this.settle(job, { kind: 'handed_back', delayMs: 0 }));
  }

  /** Aborts the running jobs that somebody asked to cancel. */
  async cancelRequested(): Promise<void> {
    const running = this.bench.runningJobs();
    for (const [shard, jobs] of groupBy(running, (job) => job.shard)) {
      const cancelled = new Set(
        await this.parts.jobs.readCancelled(
          shard,
          jobs.map((job) => job.id),
        ),
      );
      for (const job of jobs) if (cancelled.has(job.id)) job.abort('cancelled');
    }
  }

  /** Aborts everything that runs. What can still be written as this worker's goes back with its attempt unused. */
  abortAll(cause: AbortCause): void {
    for (const job of this.bench.runningJobs()) job.abort(cause);
    this.handBackUnstarted(0);
  }

  /** After others declared this worker dead: nothing it ran is its own any more, so it starts anew under another id. */
  async rebirth(): Promise<void> {
    this.abortAll('lease-lost');
    this.identity = { ...this.identity, id: randomUUID() };
    await this.parts.fleet.register(this.identity, this.concurrency);
    this.loop.wake();
  }

  /** Stops claiming, lets running jobs end for a while, aborts the rest, and writes every outcome. */
  async drain(): Promise<void> {
    const { shutdownTimeoutMs, abortGraceMs } = this.parts.options;
    await this.loop.stop();
    this.handBackUnstarted(0);
    await Promise.race([this.idle(), delay(shutdownTimeoutMs)]);
    this.abortAll('shutdown');
    const outOfTime = setTimeout(() => (this.outOfTime = true), abortGraceMs + 1_000);
    await this.idle();
    clearTimeout(outOfTime);
  }

  private newLoop(): ClaimLoop {
    const { options, jobs, status, watch, queues } = this.parts;
    const claimer = new Claimer({
      store: jobs,
      shards: options.shards,
      workerId: () => this.identity.id,
      queues: () => queues.filter((queue) => !this.pausedQueues.includes(queue)),
    });
    return new ClaimLoop({
      claimer,
      status,
      pollIntervalMs: options.pollIntervalMs,
      wanted: () => (status.leaseHeld ? this.bench.wanted() : 0),
      beforeClaim: () => this.ownRuns.runIfDue(),
      take: (claimed) => this.take(claimed),
      onError: (error) => this.claimFailed(error),
      onRecovered: () => watch.recovered(),
    });
  }

  private async idle(): Promise<void> {
    while (this.runs.size > 0) await Promise.all(this.runs);
  }

  private async take(claimed: RunningJob[]): Promise<void> {
    const known = claimed.filter((job) => this.parts.registry.processor(job.row.type));
    this.bench.add(known);
    this.startWaiting();
    if (known.length < claimed.length) await this.handBackUnknown(claimed.filter((job) => !known.includes(job)));
  }

  private startWaiting(): void {
    for (let job; (job = this.bench.startNext());) this.track(this.run(job));
    this.parts.status.activeSlots = this.bench.active;
  }

  private async run(job: RunningJob): Promise<void> {
    const outcome = await runJob(job, this.parts.registry.processor(job.row.type)!, {
      abortGraceMs: this.parts.options.abortGraceMs,
      completeIn: this.completeIn,
      storeProgress: (running, percent) => this.storeProgress(running, percent),
      onStart: (running) => this.parts.bus.emit(startedEvent(running)),
      onAbandoned: () => this.parts.status.abandonedHandlers++,
    });
    this.bench.finish(job);
    this.startWaiting();
    this.loop.slotFreed();
    await this.settle(job, outcome);
  }

  private async settle(job: RunningJob, outcome: WrittenOutcome): Promise<void> {
    if (job.progressWrite) await job.progressWrite;
    const settled: JobOutcome = job.completed ? outcome : await this.settling.settle(job, outcome);
    this.bench.release(job);
    if (settled.kind === 'lost') {
      this.parts.status.lostLeases++;
      job.abort('lease-lost');
    }
    if ('delayMs' in settled && settled.delayMs < this.parts.options.pollIntervalMs) this.loop.wake();
    this.parts.bus.emit(outcomeEvent(job, settled));
  }

  /** Jobs of unknown types go back, and the rest of their kind is put off before it gets in the way. */
  private async handBackUnknown(jobs: RunningJob[]): Promise<void> {
    const { jobs: store, queues } = this.parts;
    for (const [type, same] of groupBy(jobs, (job) => job.row.type)) {
      const delayMs = this.unknownTypes.delayMs(type);
      await Promise.all(same.map((job) => this.settling.settle(job, { kind: 'handed_back', delayMs })));
      for (const shard of new Set(same.map((job) => job.shard)))
        while ((await store.postpone(shard, POSTPONE_BATCH, queues, [type], delayMs)) === POSTPONE_BATCH);
    }
  }

  private claimFailed(error: unknown): void {
    this.parts.status.claimErrors++;
    this.ownRuns.dueNow();
    this.parts.watch.failed(error);
  }

  private storeProgress(job: RunningJob, percent: number): void {
    const { jobs, watch } = this.parts;
    job.progressWrite = (job.progressWrite ?? Promise.resolve())
      .then(() => jobs.storeProgress(job.shard, this.identity.id, job.id, job.row.run, percent))
      .catch((error: unknown) => watch.failed(error));
  }

  private track(run: Promise<void>): void {
    this.runs.add(run);
    void run.finally(() => this.runs.delete(run));
  }

  private showSlots(): void {
    this.parts.status.slots = this.bench.concurrency;
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
