import { listWorkers, type ListedWorkerRow } from '../sql/control/list-workers.sql.js';
import {
  hasPending,
  listQueues,
  pauseQueue,
  queueWork,
  readQueueSettings,
  resumeQueue,
  typeWork,
  type QueueSettingsRow,
  type QueueWorkRow,
  type TypeWorkRow,
} from '../sql/control/queues.sql.js';
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

  /** The queues of definitions and of living workers, and all that have settings. */
  list(): Promise<QueueSettingsRow[]> {
    return this.executor.run(listQueues, []);
  }

  async hasPending(shardCount: number, queue: string): Promise<boolean> {
    return (await this.executor.run(hasPending, [allShards(shardCount), queue]))[0]!.found;
  }

  /** What waits and runs in the given queues. Of the paused types, only what runs counts. */
  async work(shardCount: number, queues: string[], pausedTypes: string[]): Promise<QueueWorkRow> {
    return (await this.executor.run(queueWork, [allShards(shardCount), queues, pausedTypes]))[0]!;
  }

  /** What waits of the given types in the given queues. `later`: whether to look at jobs too that are not due yet. */
  workOf(given: { shards: number; queues: string[]; types: string[]; later: boolean }): Promise<TypeWorkRow[]> {
    const { shards, queues, types, later } = given;
    return this.executor.run(typeWork, [allShards(shards), queues, types, later]);
  }

  /** Living workers and those that died in the last hour, at most 1,000, the living ones first. */
  workers(deadAfterMs: number): Promise<ListedWorkerRow[]> {
    return this.executor.run(listWorkers, [deadAfterMs, RECENT_MS, MAX_WORKERS]);
  }
}

function allShards(count: number): number[] {
  return Array.from({ length: count }, (_, shard) => shard);
}
