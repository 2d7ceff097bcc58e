import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import { JobEventBus } from '../state/job-event-bus.js';
import { queueWeights } from '../job/validate/queue-option.js';
import { WorkerStatus } from '../state/worker-status.js';
import { JOBS_DATA_SOURCE, JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { DefinitionRegistry } from '../handle/definition.registry.js';
import { CopyGuard } from '../state/copy-guard.js';
import { LocalWorker } from '../wake/local-worker.js';
import { explainOutdatedSchema } from '../store/connection/outdated-schema.js';
import type { QueueListener } from '../wake/queue-listener.js';
import { retryContended } from '../store/connection/retry-contended.js';
import type { RescuedRow } from '../store/sql/lease/rescue-jobs.sql.js';
import type { FleetRow } from '../store/sql/lease/worker-lease.sql.js';
import { JobWaits } from '../wait/job-waits.js';
import { WakeUp } from '../wake/wake-up.js';
import { WorkerDatabase } from '../store/worker-connections/worker-database.js';
import { afterBootstrap } from '../support/after-bootstrap.js';
import { Pruner } from '../prune/pruner.js';
import { queuesToWorkOn } from '../claim/claimed-queues.js';
import { DatabaseWatch } from '../state/database-watch.js';
import { CurrentWorker } from './current-worker.js';
import { drainBeforeDestroy } from './drain-hooks.js';
import { jobsDuring } from '../lease/event-loop-report.js';
import { JobWorker } from './job-worker.js';
import { Lease } from '../lease/lease.js';
import { LostLease } from '../lease/lost-lease.js';
import { RescuedJobs } from '../lease/rescued-jobs.js';
import {
  historyOf,
  operationsOf,
  pauseWatchOf,
  rescuerOf,
  startTimers,
  wakeListenerOf,
  type RoundParts,
  type RunningWorker,
} from './running-worker.js';
import { SlotSetting } from './slot-setting.js';
import { UnworkedQueues } from '../wake/turns/unworked-queues.js';
import { WakeFleet } from '../wake/turns/wake-fleet.js';
import { WakeTurns } from '../wake/turns/wake-turns.js';
import { wakeUpListener } from '../wake/wake-up-listener.js';
import { workerStores } from './worker-stores.js';
import { Clock } from '../support/time/clock.js';
import { report } from '../report/report.js';

/** Starts this process's worker after the application has booted, and drains it before anything it uses is closed. */
@Injectable()
export class JobWorkerService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly watch: DatabaseWatch;
  private readonly rescued: RescuedJobs;
  private running: RunningWorker | null = null;
  private starting: Promise<void> | null = null;
  private draining: Promise<void> | null = null;
  private pruning: Promise<void> = Promise.resolve();

  constructor(
    @Inject(JOBS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
    private readonly registry: DefinitionRegistry,
    private readonly bus: JobEventBus,
    private readonly status: WorkerStatus,
    private readonly wakeUp: WakeUp,
    private readonly localWorker: LocalWorker,
    private readonly setting: SlotSetting,
    private readonly modules: ModulesContainer,
    private readonly copyGuard: CopyGuard,
    private readonly waits: JobWaits,
    private readonly clock: Clock,
  ) {
    this.watch = new DatabaseWatch(clock);
    this.rescued = new RescuedJobs(bus, status);
  }

  /** How many jobs this process runs at once, or will after the boot. 0 in a producer and without processors. */
  get concurrency(): number {
    return this.setting.slots;
  }

  /**
   * Sets how many jobs run at once, 1 to 1,000. With more, waiting jobs start at once. With fewer, running jobs end
   * first. Throws `InvalidJobOptionError`, and `JobsConfigurationError` in a producer and without processors.
   */
  setConcurrency(slots: number): void {
    const before = this.setting.slots;
    this.setting.set(slots);
    if (!this.running) return;
    this.running.current.worker.concurrency = slots;
    if (slots > before) this.setting.checkPool();
  }

  /** Whether a job of these queues runs in this process, or its outcome is being written. */
  holdsJobsOf(queues: readonly string[]): boolean {
    return this.running?.current.worker.held.some(({ row }) => queues.includes(row.queue)) ?? false;
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.setting.whyIdle !== null) return;
    drainBeforeDestroy(this.registry.destroyedAfterDrain(), () => this.drain());
    await afterBootstrap(this.modules, () => this.copyGuard.whenAllowed(() => this.boot()));
  }

  onModuleDestroy(): Promise<void> {
    return this.drain();
  }

  /** Ends this process's work. Readiness goes down first. Further calls share the same drain. */
  drain(): Promise<void> {
    this.draining ??= this.drainOnce();
    return this.draining;
  }

  /** Does nothing once the application is closed. A failed boot leaves neither a thread nor a connection behind. */
  private async boot(): Promise<void> {
    if (this.draining) return;
    this.starting = this.start();
    await this.starting.catch(async (error: unknown) => {
      await this.drain();
      explainOutdatedSchema(error, this.options.schema);
    });
  }

  private async start(): Promise<void> {
    this.setting.checkPool();
    const queues = queuesToWorkOn(this.options.queues, this.registry);
    const { stores, current, lease, listener, pauses, history } = (this.running = this.assemble(queues));
    // Behind a pooler the isolation level is that of the role, and other processes may boot at the same moment.
    await retryContended(this.options.waitTimeoutMs, () => stores.types.sync(this.registry.allDefinitions()));
    await lease.prepare();
    if (this.draining) return;
    this.status.enabled = true;
    await pauses.start();
    await current.worker.start();
    if (this.draining) return;
    lease.start();
    history.start();
    void listener?.start();
    this.wakeUp.subscribe(wakeListenerOf(this.running, (work) => this.quietly(work)));
    this.localWorker.offer(current);
    const { worker } = current;
    report('working', { queues, slots: worker.concurrency, worker: worker.id });
  }

  private assemble(queues: string[]): RunningWorker {
    const { dataSource, registry, bus, status, watch, clock } = this;
    const options = { ...this.options, concurrency: this.setting.slots };
    const database = new WorkerDatabase(dataSource, options, clock);
    const stores = workerStores(database, (send) => listener?.carryTest(send) ?? send(null));
    const weightOf = queueWeights(options.queues);
    const unworked = new UnworkedQueues(registry.allDefinitions(), queues, status);
    const peers = new WakeFleet({ queues, unworked, readQueues: (ids) => stores.workers.queuesOf(ids) });
    const turns: WakeTurns = new WakeTurns({ ...options, queues, clock, fleet: peers, worker: () => current.worker });
    const isAwaited = (id: string): boolean => this.waits.isAwaited(id);
    const own = { queues, maxSlots: this.setting.maxSlots, weightOf, turns, isAwaited, clock };
    const parts = { options, dataSource, ...stores, registry, bus, status, watch, ...own };
    const pauses = pauseWatchOf({ current: () => current, workers: stores.workers, watch, clock, setting: this });
    const mayClaim = (): boolean => lease.held;
    const current: CurrentWorker = new CurrentWorker(() => pauses.applied(new JobWorker({ ...parts, mayClaim })));
    const onRescued = (rows: RescuedRow[]) => this.rescuedJobs(rows);
    const rescuer = rescuerOf(current, stores, options, { clock, onRescued, onRefused: this.rescued.refused });
    const operations = operationsOf({ dataSource, options, wakeUp: this.wakeUp, clock }, watch);
    const lease: Lease = this.lease({ current, peers, rescuer, pauses, operations });
    const onChanged = () => current.worker.loop.wake();
    const listener: QueueListener | null = wakeUpListener({ database, wakeUp: this.wakeUp, status, clock, onChanged });
    const pruner = new Pruner(stores.prunes, options.retention, options.shards, clock);
    const history = historyOf(stores.history, { bus, options, watch, clock });
    const lost = new LostLease({ clock, status, ping: () => stores.database.hasTables() });
    const prune = () => void (this.pruning = this.quietly(Promise.all([pruner.runOnce(), history.keep()])));
    const timers = startTimers({ current, lost, prune, pruneEveryMs: options.retention.pruneEveryMs });
    return { database, stores, current, turns, lease, listener, pauses, operations, pruner, history, timers };
  }

  private lease(parts: RoundParts): Lease {
    const { current, rescuer } = parts;
    return new Lease({
      options: this.options,
      dataSource: this.dataSource,
      status: this.status,
      clock: this.clock,
      identity: () => ({ id: current.worker.id, slots: current.worker.concurrency }),
      events: {
        onDead: async () => {
          report('declared_dead', { worker: current.worker.id });
          await current.replace();
        },
        onRegained: () => current.worker.loop.wake(),
        onFence: () => {
          report('lease_expired', { afterMs: this.options.lease.fenceAfterMs });
          current.worker.abortAll('lease-lost');
        },
        onRound: (seen, sentMs) => this.round(parts, seen, sentMs),
        onMissed: (error) => {
          rescuer.missed();
          this.watch.failed(error, 'lease');
        },
        onError: (error) => this.watch.failed(error, 'upkeep'),
        onBlocked: (blockedMs, sinceMs) => this.blocked(current.worker, blockedMs, sinceMs),
      },
    });
  }

  private rescuedJobs(rows: RescuedRow[]): void {
    this.rescued.add(rows);
    this.wakeUp.jobsAdded(rows.map((row) => row.queue));
  }

  private async round(parts: RoundParts, fleet: FleetRow, sentMs: number): Promise<void> {
    const { current, peers, rescuer, pauses, operations } = parts;
    const { worker } = current;
    if (this.watch.recovered('lease')) worker.loop.wake();
    pauses.seen(fleet, sentMs);
    if (fleet.operations) operations.wake();
    await rescuer.runOnce(fleet.workers).finally(() => this.rescued.log());
    if (fleet.cancel_requests) await worker.cancels.act();
    await peers.follow(fleet.workers);
    this.watch.recovered('upkeep');
  }

  private blocked(worker: JobWorker, blockedMs: number, sinceMs: number): void {
    this.status.blockedMs += blockedMs;
    this.status.unblockedMs = this.clock.steadyMs();
    report('event_loop_blocked', { blockedMs, ...jobsDuring(worker.held, sinceMs) });
  }

  private async drainOnce(): Promise<void> {
    this.status.draining = true;
    await this.starting?.catch(() => undefined);
    if (!this.running) return;
    const { database, stores, current, turns, lease, listener, pauses, operations, pruner, history, timers } =
      this.running;
    for (const timer of timers) clearInterval(timer);
    pauses.stop();
    pruner.stop();
    turns.stop();
    const lastBatch = operations.stop();
    await current.drain();
    await Promise.all([listener?.stop(), lease.stop(), history.stop(), this.pruning, lastBatch]);
    await stores.workers.retire(current.worker.id).catch((error: unknown) => this.watch.failed(error, 'upkeep'));
    await database.end();
    report('drained');
  }

  /** Upkeep that fails is repeated in its next round. */
  private async quietly(work: Promise<unknown>): Promise<void> {
    await work.catch((error: unknown) => this.watch.failed(error, 'upkeep'));
  }
}
