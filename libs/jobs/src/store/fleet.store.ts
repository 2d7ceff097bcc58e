import type { JobDefinition } from '../job/job-definition.js';
import {
  pruneCompleted,
  pruneFailed,
  pruneTicks,
  pruneWorkers,
  type PruneCompletedParams,
  type PrunedPage,
} from './sql/prune/prune.sql.js';
import { readWorkerQueues, type WorkerQueuesRow } from './sql/lease/read-worker-queues.sql.js';
import { readPauses, type PausesRow } from './sql/lease/read-pauses.sql.js';
import { readOwnTypes, type OwnTypeRow } from './sql/lease/read-own-types.sql.js';
import { syncTypes } from './sql/lease/sync-types.sql.js';
import { declareDead, registerWorker, renewLease, retireWorker, type FleetRow } from './sql/lease/worker-lease.sql.js';
import type { Executor } from './statement.js';

export interface WorkerIdentity {
  id: string;
  host: string;
  pid: number;
  version: string;
  queues: string[];
}

/** The statements of workers about themselves, and the upkeep that any worker may do. */
export class FleetStore {
  constructor(private readonly executor: Executor) {}

  async register({ id, host, pid, version, queues }: WorkerIdentity, slots: number): Promise<void> {
    await this.executor.run(registerWorker, [id, host, pid, version, queues, slots]);
  }

  /** Renews a lease and reads the fleet. If the lease is lost, the worker's own row is `dead` or missing. */
  async renew(id: string, slots: number): Promise<FleetRow> {
    return (await this.executor.run(renewLease, [id, slots]))[0]!;
  }

  /** As `renew`, only the queues that are paused. */
  async pauses(): Promise<PausesRow> {
    return (await this.executor.run(readPauses, []))[0]!;
  }

  /** Unknown workers are left out. */
  queuesOf(ids: string[]): Promise<WorkerQueuesRow[]> {
    return this.executor.run(readWorkerQueues, [ids]);
  }

  /** A worker's running jobs by type, at most ten types. */
  ownTypes(shardCount: number, id: string): Promise<OwnTypeRow[]> {
    return this.executor.run(readOwnTypes, [shardCount, id]);
  }

  /** False if the worker has renewed its lease meanwhile. */
  async declareDead(id: string, lastSeenAt: string): Promise<boolean> {
    return (await this.executor.run(declareDead, [id, lastSeenAt])).length > 0;
  }

  async retire(id: string): Promise<void> {
    await this.executor.run(retireWorker, [id]);
  }

  async syncTypes(definitions: readonly JobDefinition[]): Promise<void> {
    await this.executor.run(syncTypes, [
      definitions.map((d) => d.type),
      definitions.map((d) => d.queue),
      definitions.map((d) => d.priority),
      definitions.map((d) => d.maxAttempts),
      definitions.map((d) => d.timeoutMs),
      definitions.map((d) => JSON.stringify(d.retry)),
    ]);
  }

  async pruneCompleted(params: PruneCompletedParams): Promise<PrunedPage> {
    return (await this.executor.run(pruneCompleted, params))[0]!;
  }

  async pruneFailed(shard: number, olderThanMs: number, limit: number): Promise<number> {
    return (await this.executor.run(pruneFailed, [shard, olderThanMs, limit]))[0]!.pruned;
  }

  async pruneWorkers(shardCount: number, olderThanMs: number, keep: number): Promise<number> {
    return (await this.executor.run(pruneWorkers, [shardCount, olderThanMs, keep])).length;
  }

  async pruneTicks(olderThanMs: number): Promise<number> {
    return (await this.executor.run(pruneTicks, [olderThanMs])).length;
  }
}
