import type { Notification } from './notification.js';
import { notifyChannel, notifyWorkers } from './sql/enqueue/notify.sql.js';
import { readOrigin, type OriginRow } from './sql/read-origin.sql.js';
import { ping } from './sql/stats/ping.sql.js';
import type { Executor } from './statement.js';

/**
 * The database itself: does it answer, is it a copy, and a message to all who listen.
 *
 * Reads `job_database`.
 */
export class DatabaseStore {
  constructor(private readonly executor: Executor) {}

  /** Whether the tables are where the statements look for them. Rejects if the database does not answer. */
  async hasTables(): Promise<boolean> {
    return (await this.executor.run(ping, []))[0]!.found;
  }

  /** Which database this is, and whether the jobs were created in another one. */
  async readOrigin(): Promise<OriginRow | null> {
    return (await this.executor.run(readOrigin, []))[0] ?? null;
  }

  /** Sends a notification with the commit of the transaction. */
  async notify({ channel, message }: Notification): Promise<void> {
    await this.executor.run(notifyChannel, [channel, message]);
  }

  /** Sends a message to the workers of all processes. It may be lost in a crash of the server. */
  async notifyWorkers(message: string): Promise<void> {
    await this.executor.run(notifyWorkers, [message]);
  }
}
