import { JobStore } from '../../libs/jobs/src/store/control/job.store.js';
import { ClaimStore } from '../../libs/jobs/src/store/stages/claim.store.js';
import { PruneStore } from '../../libs/jobs/src/store/stages/prune.store.js';
import { RescueStore } from '../../libs/jobs/src/store/stages/rescue.store.js';
import { LogStore } from '../../libs/jobs/src/store/log.store.js';
import { SettleStore } from '../../libs/jobs/src/store/stages/settle.store.js';
import type { Executor } from '../../libs/jobs/src/store/statement.js';
import { WorkerStore } from '../../libs/jobs/src/store/worker.store.js';

/** The stores of a worker, all on the same executor. */
export function storesOn(executor: Executor) {
  const claims = new ClaimStore(executor);
  return {
    claims,
    searches: claims,
    outcomes: new SettleStore(executor),
    logs: new LogStore(executor),
    jobs: new JobStore(executor),
    workers: new WorkerStore(executor),
    rescues: new RescueStore(executor),
    prunes: new PruneStore(executor),
  };
}
