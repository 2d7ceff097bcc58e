import type { Progress } from '../../job/progress.js';
import { isFailedAttempt, statusAfter } from '../../job/outcome/outcome-effects.js';
import { FAILURES_KEPT, forgetFailures } from '../sql/settle/forget-failures.sql.js';
import { noteError } from '../sql/settle/note-error.sql.js';
import { readRuns, type RunRow } from '../sql/settle/read-runs.sql.js';
import { settleCompleted } from '../sql/settle/settle-completed.sql.js';
import { settleJobs, settleOrCancel, type SettledRow } from '../sql/settle/settle-jobs.sql.js';
import { settleParams, type RunOutcome, type RunOutcomes } from '../sql/settle/settle-params.js';
import { storeProgress } from '../sql/settle/store-progress.sql.js';
import { arrayText, type Executor } from '../statement.js';

/** A run of a job, as its worker knows it. */
export interface OwnRun {
  shard: number;
  workerId: string;
  id: string;
  run: number;
}

/**
 * What runs do to their jobs: outcomes, progress, errors.
 *
 * Writes `jobs` and `job_failures`. Reads `job_signals`.
 */
export class SettleStore {
  constructor(private readonly executor: Executor) {}

  /**
   * Writes outcomes of runs that are still the worker's. Returns what was written for each job: `cancelled` instead of
   * `pending` if its cancellation was requested.
   */
  async settle(given: RunOutcomes): Promise<Map<string, SettledRow>> {
    const { shard, outcomes } = given;
    const mayStayPending = outcomes.some(({ outcome }) => statusAfter(outcome) === 'pending');
    const rows = await this.executor.run(mayStayPending ? settleOrCancel : settleJobs, settleParams(given));
    const written = new Map(rows.map((row) => [row.id, row]));
    // Nearly every job has run less often than failures are kept, and needs no statement.
    const keepsMany = ({ id, outcome }: RunOutcome) =>
      isFailedAttempt(outcome) && (written.get(id)?.run ?? 0) > FAILURES_KEPT;
    const full = outcomes.filter(keepsMany).map(({ id }) => id);
    if (full.length > 0) await this.executor.run(forgetFailures, [shard, full]);
    return written;
  }

  /** As `settle`, for completed jobs without a result that share the number of their run. Returns how many it wrote. */
  async settleCompleted(given: { shard: number; workerId: string; ids: string[]; run: number }): Promise<number> {
    const { shard, workerId, ids, run } = given;
    return (await this.executor.run(settleCompleted, [shard, workerId, arrayText(ids), run]))[0]!;
  }

  /** The state of the jobs now: was a settle without a reply written, or is the run lost? */
  readRuns(shard: number, ids: string[]): Promise<RunRow[]> {
    return this.executor.run(readRuns, [shard, ids]);
  }

  /** Stores a progress, if the run is still this worker's. */
  async storeProgress({ shard, workerId, id, run }: OwnRun, { percent, note }: Progress): Promise<void> {
    await this.executor.run(storeProgress, [shard, workerId, id, run, percent, note]);
  }

  /** Stores an error with a job that the run has completed. */
  async noteError({ shard, id, run }: Omit<OwnRun, 'workerId'>, error: string): Promise<void> {
    await this.executor.run(noteError, [shard, id, run, error]);
  }
}
