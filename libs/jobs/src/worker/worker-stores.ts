import { DatabaseStore } from '../store/database.store.js';
import { HistoryStore } from '../store/history.store.js';
import { LogStore } from '../store/log.store.js';
import { JobStore } from '../store/control/job.store.js';
import { ClaimStore, type Carry } from '../store/stages/claim.store.js';
import { PruneStore } from '../store/stages/prune.store.js';
import { RescueStore } from '../store/stages/rescue.store.js';
import { SettleStore } from '../store/stages/settle.store.js';
import { TypeStore } from '../store/type.store.js';
import type { WorkerDatabase } from '../store/worker-connections/worker-database.js';
import { WorkerStore } from '../store/worker.store.js';

/** The stores of a worker, on its own connections. */
export interface WorkerStores {
  claims: ClaimStore;
  /** Its statements may take long, because they step over dead index entries. Those of `rescues` and `prunes` too. */
  searches: ClaimStore;
  outcomes: SettleStore;
  logs: LogStore;
  jobs: JobStore;
  workers: WorkerStore;
  types: TypeStore;
  rescues: RescueStore;
  prunes: PruneStore;
  history: HistoryStore;
  database: DatabaseStore;
}

/** `carry` sends the worker's questions about due jobs. */
export function workerStores(database: WorkerDatabase, carry: Carry): WorkerStores {
  const { executor } = database;
  const upkeep = database.newPatientExecutor();
  return {
    claims: new ClaimStore(executor, carry),
    searches: new ClaimStore(database.newPatientExecutor()),
    outcomes: new SettleStore(executor),
    logs: new LogStore(executor),
    jobs: new JobStore(executor),
    workers: new WorkerStore(executor),
    types: new TypeStore(executor),
    rescues: new RescueStore(upkeep),
    prunes: new PruneStore(upkeep),
    history: new HistoryStore(executor),
    database: new DatabaseStore(executor),
  };
}
