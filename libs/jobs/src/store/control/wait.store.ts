import { notifyChannel } from '../sql/enqueue/notify.sql.js';
import { readEndings, type EndingRow } from '../sql/control/read-endings.sql.js';
import type { Executor } from '../statement.js';

/** What is read and sent for calls that wait for the end of a job. Reads `jobs`, writes nothing. */
export class WaitStore {
  constructor(private readonly executor: Executor) {}

  /** The endings of these jobs of one shard: null for a job that has not ended. Jobs that do not exist are left out. */
  async endings(shard: number, ids: readonly string[]): Promise<Map<string, EndingRow | null>> {
    const rows = await this.executor.run(readEndings, [shard, ids]);
    return new Map(rows.map((row) => [row.id, row.status === null ? null : row]));
  }

  /** Tells whoever listens on the channel. */
  async tell(channel: string, message: string): Promise<void> {
    await this.executor.run(notifyChannel, [channel, message]);
  }
}
