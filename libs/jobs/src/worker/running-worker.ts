import type { QueueListener } from '../wake/queue-listener.js';
import type { WorkerDatabase } from '../store/worker-connections/worker-database.js';
import type { Pruner } from '../prune/pruner.js';
import type { CurrentWorker } from './current-worker.js';
import type { Lease } from '../lease/lease.js';
import type { WakeTurns } from '../wake/wake-turns.js';
import type { WorkerStores } from './worker-stores.js';

/** All parts of a worker that runs. They are made at boot and ended by the drain. */
export interface RunningWorker {
  database: WorkerDatabase;
  stores: WorkerStores;
  current: CurrentWorker;
  turns: WakeTurns;
  lease: Lease;
  listener: QueueListener | null;
  pruner: Pruner;
  timers: NodeJS.Timeout[];
}
