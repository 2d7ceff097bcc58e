import { readLostClaims } from '../sql/claim/read-lost-claims.sql.js';
import { lostWorkers } from '../sql/lease/lost-workers.sql.js';
import { rescueJobs, type RescuedRow } from '../sql/lease/rescue-jobs.sql.js';
import { FAILURES_KEPT, forgetFailures } from '../sql/settle/forget-failures.sql.js';
import type { Executor } from '../statement.js';

/** Whose jobs to rescue, and on whose behalf. */
export interface RescueRequest {
  shard: number;
  limit: number;
  /** The worker that asks. Its own jobs are left alone. */
  ownId: string;
  workerIds: string[];
  /** Rescues only these of their jobs. Null: all of them. */
  ids: string[] | null;
}

/**
 * The jobs of dead workers.
 *
 * Writes `jobs` and `job_failures`. Reads `job_signals` and `job_workers`.
 */
export class RescueStore {
  constructor(private readonly executor: Executor) {}

  /** Workers other than `ownId` that hold jobs although they are dead or unknown. */
  async lostWorkers(shard: number, ownId: string): Promise<string[]> {
    return (await this.executor.run(lostWorkers, [shard, ownId])).map(({ id }) => id);
  }

  /** The ids of the jobs that the table has for a worker. */
  async heldBy(shard: number, workerId: string): Promise<string[]> {
    return (await this.executor.run(readLostClaims, [shard, workerId])).map(({ id }) => id);
  }

  /** Rescues jobs of those given workers that are dead: `processing → pending | failed | cancelled`. */
  async rescue({ shard, limit, ownId, workerIds, ids }: RescueRequest): Promise<RescuedRow[]> {
    const rows = await this.executor.run(rescueJobs, [shard, limit, ownId, workerIds, ids]);
    const full = rows.filter(({ run }) => run > FAILURES_KEPT).map(({ id }) => id);
    if (full.length > 0) await this.executor.run(forgetFailures, [shard, full]);
    return rows;
  }
}
