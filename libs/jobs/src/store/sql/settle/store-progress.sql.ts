import { statement } from '../../statement.js';

/** Stores a running job's progress and its note, if the run is still this worker's. */
export const storeProgress = statement<
  [shard: number, workerId: string, id: string, run: number, percent: number, note: string | null],
  never
>(
  'store_progress',
  `
  update {jobs}
  set progress = $5, progress_note = $6, updated_at = now()
  where shard = $1 and id = $3 and run = $4 and worker_id = $2`,
);
