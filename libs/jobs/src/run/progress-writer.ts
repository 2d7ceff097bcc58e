import type { SettleStore } from '../store/stages/settle.store.js';
import type { DatabaseWatch } from '../state/database-watch.js';
import type { RunningJob } from '../slots/running-job.js';

/** Stores a percentage. Never rejects. */
export type StoreProgress = (running: RunningJob, percent: number) => Promise<void>;

/** A failed write is logged and not repeated: the next one replaces it. */
export function progressWriter(
  store: Pick<SettleStore, 'storeProgress'>,
  watch: DatabaseWatch,
  workerId: string,
): StoreProgress {
  return ({ shard, id, row }, percent) =>
    store
      .storeProgress({ shard, workerId, id, run: row.run }, percent)
      .catch((error: unknown) => watch.failed(error, 'upkeep'));
}
