import { readQueues, type QueueRow } from './sql/operate/read-queues.sql.js';
import { readTypes, type TypeRow } from './sql/operate/read-types.sql.js';
import { readWorkers, type WorkerViewRow } from './sql/operate/read-workers.sql.js';
import type { Executor } from './statement.js';

/**
 * What the command line asks about queues, workers and types.
 *
 * Reads `jobs`, `job_queues`, `job_types` and `job_workers`.
 */
export class OperatorStore {
  constructor(private readonly executor: Executor) {}

  /** `limit`: up to how many pending jobs of a queue are counted. */
  queues(shardCount: number, limit: number): Promise<QueueRow[]> {
    return this.executor.run(readQueues, [shardCount, limit]);
  }

  /** At most 1,000, living ones first. */
  workers(shardCount: number): Promise<WorkerViewRow[]> {
    return this.executor.run(readWorkers, [shardCount]);
  }

  types(): Promise<TypeRow[]> {
    return this.executor.run(readTypes, []);
  }
}
