import { notifyChannel } from '../sql/enqueue/notify.sql.js';
import { MAX_CHANGED_LINES, readChanges, type ChangeRow } from '../sql/control/read-changes.sql.js';
import { readEndings, type EndingRow } from '../sql/control/read-endings.sql.js';
import type { Executor } from '../statement.js';

/** Lines of one job that are read at once. */
export const LINES_AT_ONCE = MAX_CHANGED_LINES;

export interface WatchedJob {
  id: string;
  /** The number of its last line that is known; null at first. */
  afterLine: number | null;
}

/**
 * What is read and sent for calls that wait for a job or watch it.
 *
 * Reads `jobs` and `job_logs`.
 */
export class WaitStore {
  constructor(private readonly executor: Executor) {}

  /** The endings of these jobs of one shard: null for a job that has not ended. Jobs that do not exist are left out. */
  async endings(shard: number, ids: readonly string[]): Promise<Map<string, EndingRow | null>> {
    const rows = await this.executor.run(readEndings, [shard, ids]);
    return new Map(rows.map((row) => [row.id, row.status === null ? null : row]));
  }

  /** The state of those of these jobs of one shard that exist, with their next lines. */
  async changes(shard: number, wanted: readonly WatchedJob[]): Promise<[WatchedJob, ChangeRow][]> {
    const after = wanted.map(({ afterLine }) => afterLine);
    const rows = await this.executor.run(readChanges, [shard, wanted.map(({ id }) => id), after]);
    return rows.map((row) => [wanted[row.place - 1]!, row]);
  }

  /** Tells whoever listens on the channel. */
  async tell(channel: string, message: string): Promise<void> {
    await this.executor.run(notifyChannel, [channel, message]);
  }
}
