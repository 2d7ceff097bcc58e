import { databaseErrorCode } from '../../store/connection/database-errors.js';
import type { JobStore } from '../../store/control/job.store.js';
import { notRetried, uniqueKeyTaken } from './refusals.js';

/** SQLSTATE if another transaction took the unique key first. */
const UNIQUE_VIOLATION = '23505';

/** Makes a failed or cancelled job due now, and returns its queue. Throws `JobNotFoundError` or `JobConflictError`. */
export async function retryFinished(store: JobStore, shard: number, id: string): Promise<string[]> {
  const retried = await store.retry(shard, id).catch((error: unknown) => {
    throw databaseErrorCode(error) === UNIQUE_VIOLATION ? uniqueKeyTaken(id) : error;
  });
  const row = await store.get(shard, id);
  if (!retried) throw notRetried(id, row?.status);
  return row ? [row.queue] : [];
}
