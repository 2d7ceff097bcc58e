import type { QueueListener } from '../wake/queue-listener.js';
import type { WorkerDatabase } from '../store/worker-connections/worker-database.js';
import { OperationRunner } from '../control/background/operation-runner.js';
import { runBatch, type BatchParts } from '../control/background/run-batch.js';
import type { JobsOptions } from '../jobs.options.js';
import type { Pruner } from '../prune/pruner.js';
import type { RescuedRow } from '../store/sql/lease/rescue-jobs.sql.js';
import type { WorkerStore } from '../store/worker.store.js';
import type { DatabaseWatch } from '../state/database-watch.js';
import type { CurrentWorker } from './current-worker.js';
import type { Lease } from '../lease/lease.js';
import { Rescuer } from '../lease/rescuer.js';
import { PauseWatch } from '../claim/pause-watch.js';
import type { WakeFleet } from '../wake/wake-fleet.js';
import type { WakeTurns } from '../wake/wake-turns.js';
import type { WorkerStores } from './worker-stores.js';
import type { WakeListener } from '../wake/wake-up.js';

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

export function pauseWatchOf(
  current: () => CurrentWorker,
  workers: Pick<WorkerStore, 'pauses'>,
  watch: DatabaseWatch,
): PauseWatch {
  return new PauseWatch({
    read: () => workers.pauses(),
    apply: (queues) => (current().worker.paused = queues),
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
  onRescued: (rows: RescuedRow[]) => void,
): Rescuer {
  return new Rescuer({
    rescues,
    workers,
    shards,
    ownId: () => current.worker.id,
    deadAfterMs: lease.deadAfterMs,
    maxGapMs: 3 * lease.renewMs,
    onRescued,
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
