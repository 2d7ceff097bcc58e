import type { QueueListener } from '../wake/queue-listener.js';
import type { WorkerDatabase } from '../store/worker-connections/worker-database.js';
import type { Pruner } from '../prune/pruner.js';
import type { WorkerStore } from '../store/worker.store.js';
import type { DatabaseWatch } from '../state/database-watch.js';
import type { CurrentWorker } from './current-worker.js';
import type { Lease } from '../lease/lease.js';
import type { Rescuer } from '../lease/rescuer.js';
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

interface TimedParts {
  current: CurrentWorker;
  lost: LostLease;
  prune: () => unknown;
  pruneEveryMs: number;
}

export function pauseWatchOf(
  current: () => CurrentWorker,
  workers: Pick<WorkerStore, 'pauses'>,
  watch: DatabaseWatch,
  clock: Clock,
): PauseWatch {
  return new PauseWatch({
    clock,
    read: () => workers.pauses(),
    apply: (queues) => (current().worker.paused = queues),
    onError: (error) => watch.failed(error, 'upkeep'),
  });
}

/** What a running worker does from time to time, beside its claims and renewals. */
export function timersOf({ current, lost, prune, pruneEveryMs }: TimedParts): NodeJS.Timeout[] {
  return [
    setInterval(() => void lost.look(), LOST_LEASE_LOOK_MS),
    setInterval(() => current.worker.handBackUnstarted(), HAND_BACK_EVERY_MS),
    setInterval(prune, pruneEveryMs),
  ];
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
