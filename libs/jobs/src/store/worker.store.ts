import { readOwnTypes, type OwnTypeRow } from './sql/lease/read-own-types.sql.js';
import { readWishes, type WishesRow } from './sql/lease/read-wishes.sql.js';
import { readWorkerQueues, type WorkerQueuesRow } from './sql/lease/read-worker-queues.sql.js';
import { drainWorker, lockWorker, wantSlots, type LockedWorkerRow } from './sql/lease/steer-workers.sql.js';
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
  /** The most slots that an operator can set. Null: as many as any worker can have. */
  maxSlots: number | null;
}

/** What a worker begins with. */
export interface WorkerStart {
  slots: number;
  isDrained: boolean;
}

/**
 * The workers' rows, which are their leases, and what operators want of the workers.
 *
 * Writes `job_workers`. Reads `jobs`, `job_operations`, `job_queues`, `job_signals` and `job_types`.
 */
export class WorkerStore {
  constructor(private readonly executor: Executor) {}

  async register(identity: WorkerIdentity, { slots, isDrained }: WorkerStart): Promise<void> {
    const { id, host, pid, version, queues, maxSlots } = identity;
    await this.executor.run(registerWorker, [id, host, pid, version, queues, slots, maxSlots, isDrained]);
  }

  /** Renews a lease and reads the fleet. If the lease is lost, the worker's own row is `dead` or missing. */
  async renew(id: string, slots: number): Promise<FleetRow> {
    return (await this.executor.run(renewLease, [id, slots]))[0]!;
  }

  /** As `renew`, only what operators have set. */
  async wishes(id: string): Promise<WishesRow> {
    return (await this.executor.run(readWishes, [id]))[0]!;
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

  /** Locks a living worker until the transaction ends. Null if there is none. */
  async lock(id: string): Promise<LockedWorkerRow | null> {
    return (await this.executor.run(lockWorker, [id]))[0] ?? null;
  }

  /** Drains a living worker, or lets it start jobs again. */
  async drain(id: string, isDrained: boolean): Promise<void> {
    await this.executor.run(drainWorker, [id, isDrained]);
  }

  /** Wants so many slots of a living worker, or with null of all. None gets more than it can. Returns how many there are. */
  async wantSlots(id: string | null, slots: number): Promise<number> {
    return (await this.executor.run(wantSlots, [id, slots])).length;
  }
}
