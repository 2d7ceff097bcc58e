import { History } from '../history/history.js';
import type { QueueListener } from '../wake/queue-listener.js';
import type { WorkerDatabase } from '../store/worker-connections/worker-database.js';
import { OperationRunner } from '../control/background/operation-runner.js';
import { runBatch, type BatchParts } from '../control/background/run-batch.js';
import type { Pruner } from '../prune/pruner.js';
import type { JobsOptions } from '../jobs.options.js';
import type { JobEventBus } from '../state/job-event-bus.js';
import type { HistoryStore } from '../store/history.store.js';
import type { WorkerStore } from '../store/worker.store.js';
import type { DatabaseWatch } from '../state/database-watch.js';
import type { CurrentWorker } from './current-worker.js';
import type { Lease } from '../lease/lease.js';
import { Rescuer, type RescuerOptions } from '../lease/rescuer.js';
import { PauseWatch } from '../claim/pause-watch.js';
import type { WakeFleet } from '../wake/turns/wake-fleet.js';
import type { WakeTurns } from '../wake/turns/wake-turns.js';
import type { WorkerStores } from './worker-stores.js';
import type { WakeListener } from '../wake/wake-up.js';
import type { Clock } from '../support/time/clock.js';
import type { LostLease } from '../lease/lost-lease.js';

const HAND_BACK_EVERY_MS = 500;
const LOST_LEASE_LOOK_MS = 5_000;

/** All parts of a worker that runs. They are made at boot and ended by the drain. */
export interface RunningWorker {
  database: WorkerDatabase;
  stores: WorkerStores;
  current: CurrentWorker;
  turns: WakeTurns;
  lease: Lease;
  listener: QueueListener | null;
  pauses: PauseWatch;
  operations: OperationRunner;
  pruner: Pruner;
  history: History;
  timers: NodeJS.Timeout[];
}

/** The parts that each renewal of the lease brings up to date. */
export interface RoundParts {
  current: CurrentWorker;
  peers: WakeFleet;
  rescuer: Rescuer;
  pauses: PauseWatch;
  operations: OperationRunner;
}

export interface PauseWatchOfWorker {
  current: () => CurrentWorker;
  workers: Pick<WorkerStore, 'wishes'>;
  watch: DatabaseWatch;
  clock: Clock;
  setting: { setConcurrency: (slots: number) => void };
}

export function pauseWatchOf({ current, workers, watch, clock, setting }: PauseWatchOfWorker): PauseWatch {
  return new PauseWatch({
    clock,
    read: () => workers.wishes(current().worker.id),
    apply: (steering) => current().worker.steer(steering),
    setSlots: (slots) => setting.setConcurrency(slots),
    onError: (error) => watch.failed(error, 'upkeep'),
  });
}

/** Goes through operations on the host's connections: those of the worker are for its jobs. */
export function operationsOf(parts: BatchParts, watch: DatabaseWatch): OperationRunner {
  return new OperationRunner({
    runBatch: () => runBatch(parts),
    onError: (error) => watch.failed(error, 'upkeep'),
  });
}

export function rescuerOf(
  current: CurrentWorker,
  { rescues, workers }: WorkerStores,
  { lease, shards }: Pick<JobsOptions, 'lease' | 'shards'>,
  told: Pick<RescuerOptions, 'clock' | 'onRescued' | 'onRefused'>,
): Rescuer {
  return new Rescuer({
    rescues,
    workers,
    shards,
    ownId: () => current.worker.id,
    deadAfterMs: lease.deadAfterMs,
    maxGapMs: 3 * lease.renewMs,
    ...told,
  });
}

/** What a running worker does about the messages of its own and of other processes. */
export function wakeListenerOf(
  { current, turns, pauses, operations }: Pick<RunningWorker, 'current' | 'turns' | 'pauses' | 'operations'>,
  upkeep: (work: Promise<unknown>) => unknown,
): WakeListener {
  return {
    jobsAdded: (woken, hint) => {
      current.worker.expect(woken, hint.inMs);
      turns.hear(woken, hint);
    },
    cancelRequested: () => void upkeep(current.worker.cancels.act()),
    settingsChanged: () => {
      void pauses.look();
      operations.wake();
    },
  };
}

export function historyOf(
  store: HistoryStore,
  { bus, options, watch, clock }: { bus: JobEventBus; options: JobsOptions; watch: DatabaseWatch; clock: Clock },
): History {
  const { statisticsMs } = options.retention;
  return new History({
    store,
    bus,
    clock,
    retentionMs: statisticsMs,
    onError: (error) => watch.failed(error, 'upkeep'),
  });
}

/** What a worker does again and again. `prune` is called every `pruneEveryMs`. */
export function startTimers(given: {
  current: CurrentWorker;
  lost: LostLease;
  prune: () => void;
  pruneEveryMs: number;
}): NodeJS.Timeout[] {
  const { current, lost, prune, pruneEveryMs } = given;
  return [
    setInterval(() => void lost.look(), LOST_LEASE_LOOK_MS),
    setInterval(() => current.worker.handBackUnstarted(), HAND_BACK_EVERY_MS),
    setInterval(prune, pruneEveryMs),
  ];
}
