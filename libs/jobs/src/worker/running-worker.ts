import type { QueueListener } from '../wake/queue-listener.js';
import type { WorkerDatabase } from '../store/worker-connections/worker-database.js';
import type { Pruner } from '../prune/pruner.js';
import type { WorkerStore } from '../store/worker.store.js';
import type { DatabaseWatch } from '../state/database-watch.js';
import type { CurrentWorker } from './current-worker.js';
import type { Lease } from '../lease/lease.js';
import type { Rescuer } from '../lease/rescuer.js';
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
  pruner: Pruner;
  timers: NodeJS.Timeout[];
}

/** The parts that each renewal of the lease brings up to date. */
export interface RoundParts {
  current: CurrentWorker;
  peers: WakeFleet;
  rescuer: Rescuer;
  pauses: PauseWatch;
}

export interface PauseWatchOfWorker {
  current: () => CurrentWorker;
  workers: Pick<WorkerStore, 'wishes'>;
  watch: DatabaseWatch;
  setting: { setConcurrency: (slots: number) => void };
}

export function pauseWatchOf({ current, workers, watch, setting }: PauseWatchOfWorker): PauseWatch {
  return new PauseWatch({
    read: () => workers.wishes(current().worker.id),
    apply: (steering) => current().worker.steer(steering),
    setSlots: (slots) => setting.setConcurrency(slots),
    onError: (error) => watch.failed(error, 'upkeep'),
  });
}

/** What a running worker does about the messages of its own and of other processes. */
export function wakeListenerOf(
  { current, turns, pauses }: Pick<RunningWorker, 'current' | 'turns' | 'pauses'>,
  upkeep: (work: Promise<unknown>) => unknown,
): WakeListener {
  return {
    jobsAdded: (woken, hint) => {
      current.worker.expect(woken, hint.inMs);
      turns.hear(woken, hint);
    },
    cancelRequested: () => void upkeep(current.worker.cancels.act()),
    settingsChanged: () => void pauses.look(),
  };
}
