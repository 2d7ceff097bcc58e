import { listWorkers, type ListedWorkerRow } from '../sql/control/list-workers.sql.js';
import {
  hasPending,
  pauseQueue,
  readQueueSettings,
  resumeQueue,
  type QueueSettingsRow,
} from '../sql/control/queues.sql.js';
import { knownQueues } from '../sql/stats/stats-queues.sql.js';
import type { Executor } from '../statement.js';

/** How long a dead worker is listed, in milliseconds. */
const RECENT_MS = 3_600_000;
const MAX_WORKERS = 1_000;

/**
 * What operators see and set of queues, and the workers that work on them.
 *
 * Writes `job_queues`. Reads `jobs`, `job_types` and `job_workers`.
 */
export class QueueStore {
  constructor(private readonly executor: Executor) {}

  /** The settings of the given queues, or of all that have any. */
  settings(names: string[] | null): Promise<QueueSettingsRow[]> {
    return this.executor.run(readQueueSettings, [names]);
  }

  async pause(name: string, until: Date | null, by: string | null): Promise<QueueSettingsRow> {
    return (await this.executor.run(pauseQueue, [name, until, by]))[0]!;
  }

  async resume(name: string): Promise<void> {
    await this.executor.run(resumeQueue, [name]);
  }

  /** The queues of definitions and of living workers. */
  async worked(): Promise<string[]> {
    return (await this.executor.run(knownQueues, [])).map(({ queue }) => queue);
  }

  async hasPending(shardCount: number, queue: string): Promise<boolean> {
    const shards = Array.from({ length: shardCount }, (_, shard) => shard);
    return (await this.executor.run(hasPending, [shards, queue]))[0]!.found;
  }

  /** Living workers and those that died in the last hour, at most 1,000, the living ones first. */
  workers(deadAfterMs: number): Promise<ListedWorkerRow[]> {
    return this.executor.run(listWorkers, [deadAfterMs, RECENT_MS, MAX_WORKERS]);
  }
}
