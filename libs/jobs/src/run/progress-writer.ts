import type { Progress } from '../job/progress.js';
import { MAX_NOTE_LENGTH } from '../job/validate/progress.js';
import { asciiText } from '../job/text/error-text.js';
import { isUnencodable } from '../store/connection/database-errors.js';
import type { SettleStore } from '../store/stages/settle.store.js';
import type { DatabaseWatch } from '../state/database-watch.js';
import type { RunningJob } from '../slots/running-job.js';

/** Stores a progress. Never rejects. */
export type StoreProgress = (running: RunningJob, progress: Progress) => Promise<void>;

/** A failed write is logged and not repeated: the next one replaces it. */
export function progressWriter(
  store: Pick<SettleStore, 'storeProgress'>,
  watch: DatabaseWatch,
  workerId: string,
): StoreProgress {
  return async ({ shard, id, row }, progress) => {
    const write = (written: Progress) => store.storeProgress({ shard, workerId, id, run: row.run }, written);
    await write(progress)
      .catch((error: unknown) => write(encodable(progress, error)))
      .catch((error: unknown) => watch.failed(error, 'upkeep'));
  };
}

/** The progress with characters spelt out that the database's encoding lacks. Throws any other error. */
function encodable({ percent, note }: Progress, error: unknown): Progress {
  if (note === null || !isUnencodable(error)) throw error;
  return { percent, note: asciiText(note).slice(0, MAX_NOTE_LENGTH) };
}
