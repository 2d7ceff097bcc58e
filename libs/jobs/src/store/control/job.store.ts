import { cancelWaiting, signalCancel } from '../sql/control/cancel-job.sql.js';
import { cancelRequested, type RequestPage } from '../sql/control/cancel-requests.sql.js';
import { getJob, type JobRow } from '../sql/control/get-job.sql.js';
import { readSignals } from '../sql/control/read-signals.sql.js';
import { retryFinished } from '../sql/control/retry-job.sql.js';
import { updatePending, type UpdatedRow } from '../sql/control/update-job.sql.js';
import type { NewTime } from '../../job/new-time.js';
import type { Executor } from '../statement.js';

/** What to change. Null: unchanged. */
export interface JobChange extends NewTime {
  /** JSON. */
  payload: string | null;
  priority: number | null;
}

export type Transition = 'cancelled' | 'signalled' | null;

/**
 * What people and tools do with single jobs: read, change, cancel, retry.
 *
 * Writes `jobs` and `job_signals`. Reads `job_failures`.
 */
export class JobStore {
  constructor(private readonly executor: Executor) {}

  async get(shard: number, id: string): Promise<JobRow | null> {
    return (await this.executor.run(getJob, [shard, id]))[0] ?? null;
  }

  /** `pending | blocked → cancelled`, or a request for the worker that runs the job; null if it does neither. */
  async cancel(shard: number, id: string): Promise<Transition> {
    if ((await this.executor.run(cancelWaiting, [shard, id])).length > 0) return 'cancelled';
    if ((await this.executor.run(signalCancel, [shard, id])).length === 0) return null;
    // The run may have ended before it could see the request, and left the job pending.
    return (await this.executor.run(cancelWaiting, [shard, id])).length > 0 ? 'cancelled' : 'signalled';
  }

  /** Acts on cancel requests after the given job, for jobs that are not running. Returns how far it came. */
  async cancelRequested(given: { shard: number; afterId: string; limit: number }): Promise<RequestPage> {
    const { shard, afterId, limit } = given;
    return (await this.executor.run(cancelRequested, [shard, afterId, limit]))[0]!;
  }

  /** Which of the jobs have a cancel request. */
  async readCancelled(shard: number, ids: string[]): Promise<string[]> {
    return (await this.executor.run(readSignals, [shard, ids])).map(({ job_id }) => job_id);
  }

  /** `failed | cancelled → pending` with all attempts; false if its status or a taken unique key forbids it. */
  async retry(shard: number, id: string): Promise<boolean> {
    return (await this.executor.run(retryFinished, [shard, id])).length > 0;
  }

  /** Changes a pending job; null if there is none with this id. */
  async update(shard: number, id: string, { payload, priority, at, byMs }: JobChange): Promise<UpdatedRow | null> {
    return (await this.executor.run(updatePending, [shard, id, payload, priority, at, byMs]))[0] ?? null;
  }
}
