import { readOwnTypes, type OwnTypeRow } from './sql/lease/read-own-types.sql.js';
import { readPauses, type PausesRow } from './sql/lease/read-pauses.sql.js';
import { readWorkerQueues, type WorkerQueuesRow } from './sql/lease/read-worker-queues.sql.js';
import {
  declareDead,
  registerWorker,
  renewLease,
  retireWorker,
  type FleetRow,
  type WorkerRow,
} from './sql/lease/worker-lease.sql.js';
import type { Executor } from './statement.js';

export interface WorkerIdentity {
  id: string;
  host: string;
  pid: number;
  version: string;
  queues: string[];
}

/**
 * The workers' rows, which are their leases.
 *
 * Writes `job_workers`. Reads `jobs`, `job_operations`, `job_queues` and `job_signals`.
 */
export class WorkerStore {
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
  ownTypes(shards: number, id: string): Promise<OwnTypeRow[]> {
    return this.executor.run(readOwnTypes, [shards, id]);
  }

  /** False if the worker has renewed its lease since its row was read. */
  async declareDead({ id, last_seen_at }: Pick<WorkerRow, 'id' | 'last_seen_at'>): Promise<boolean> {
    return (await this.executor.run(declareDead, [id, last_seen_at])).length > 0;
  }

  /** For a worker that stops: no other has to wait until its lease runs out. */
  async retire(id: string): Promise<void> {
    await this.executor.run(retireWorker, [id]);
  }
}
