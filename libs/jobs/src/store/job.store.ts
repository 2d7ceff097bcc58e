import { cancelWaiting, signalCancel } from './sql/control/cancel-job.sql.js';
import { cancelRequested, type RequestPage } from './sql/control/cancel-requests.sql.js';
import {
  claimJobs,
  claimJobsAhead,
  type ClaimAheadParams,
  type ClaimedRow,
  type ClaimJobsParams,
} from './sql/claim/claim-jobs.sql.js';
import { claimGiven } from './sql/claim/claim-given.sql.js';
import { readDueIndex, type DueIndexRow } from './sql/claim/due-index.sql.js';
import { findBehind, type BehindRow, type FindBehindParams } from './sql/claim/find-behind.sql.js';
import { findByKeys } from './sql/enqueue/find-by-key.sql.js';
import { FAILURES_KEPT, forgetFailures } from './sql/settle/forget-failures.sql.js';
import { getJob, type JobRow } from './sql/control/get-job.sql.js';
import { insertJobs, insertJobsUnlessLocked, type InsertJobsParams } from './sql/enqueue/insert-jobs.sql.js';
import {
  insertPlain,
  insertPlainAndNotify,
  insertStarted,
  type InsertPlainParams,
} from './sql/enqueue/insert-plain.sql.js';
import { noteError } from './sql/settle/note-error.sql.js';
import { lostWorkers } from './sql/lease/lost-workers.sql.js';
import { nextDue, type NextDueParams } from './sql/claim/next-due.sql.js';
import { postponeTypes } from './sql/claim/postpone-types.sql.js';
import { readLostClaims } from './sql/claim/read-lost-claims.sql.js';
import { readRuns, type RunRow } from './sql/settle/read-runs.sql.js';
import { readSignals } from './sql/control/read-signals.sql.js';
import { rescueJobs, type RescuedRow } from './sql/lease/rescue-jobs.sql.js';
import { retryFinished } from './sql/control/retry-job.sql.js';
import { settleCompleted } from './sql/settle/settle-completed.sql.js';
import { settleJobs, settleOrCancel, type SettledRow, type SettleJobsParams } from './sql/settle/settle-jobs.sql.js';
import { surveyLanes, surveyLately, type SurveyRow } from './sql/claim/survey-lanes.sql.js';
import { storeProgress } from './sql/settle/store-progress.sql.js';
import { arrayText, type Executor } from './statement.js';

export type Transition = 'cancelled' | 'signalled' | null;

/** The statements of a job's life, one method each. `FleetStore` deletes old jobs. */
export class JobStore {
  constructor(private readonly executor: Executor) {}

  /** Adds jobs and returns the ids of those whose unique key was free. */
  async insert(params: InsertJobsParams): Promise<string[]> {
    return (await this.executor.run(insertJobs, params)).map(({ id }) => id);
  }

  /** As `insert`, for a transaction of its own. Fails with 55P03 rather than wait longer than `lockMs`. */
  async insertUnlessLocked(params: InsertJobsParams, lockMs: number): Promise<string[]> {
    return (await this.executor.run(insertJobsUnlessLocked, [...params, `${lockMs}ms`])).map(({ id }) => id);
  }

  /** Adds jobs that differ only in their payloads, and sends the message, if any, with their commit. */
  async insertPlain(params: InsertPlainParams, message: string | null): Promise<void> {
    if (message === null) await this.executor.run(insertPlain, params);
    else await this.executor.run(insertPlainAndNotify, [...params, message]);
  }

  /** As `insertPlain`, but claimed by the worker at once; returns the due time in the format of a claim. */
  async insertStarted(params: InsertPlainParams, workerId: string): Promise<string> {
    return (await this.executor.run(insertStarted, [...params, workerId]))[0]!;
  }

  /** The unfinished jobs that hold the given unique keys, where there are any. */
  findByKeys(
    shard: number,
    keys: readonly { queue: string; uniqueKey: string }[],
  ): Promise<{ id: string; queue: string; unique_key: string }[]> {
    return this.executor.run(findByKeys, [shard, keys.map((key) => key.queue), keys.map((key) => key.uniqueKey)]);
  }

  async get(shard: number, id: string): Promise<JobRow | null> {
    return (await this.executor.run(getJob, [shard, id]))[0] ?? null;
  }

  /** Claims due jobs: `pending → processing`. */
  claim(params: ClaimJobsParams): Promise<ClaimedRow[]> {
    return this.executor.run(claimJobs, params);
  }

  /** As `claim`, but only jobs after the given marks. */
  claimAhead(params: ClaimAheadParams): Promise<ClaimedRow[]> {
    return this.executor.run(claimJobsAhead, params);
  }

  /** Claims those of the given jobs whose run is unchanged: `pending → processing`, due or not. */
  claimGiven(shard: number, workerId: string, given: readonly { id: string; run: number }[]): Promise<ClaimedRow[]> {
    const ids = arrayText(given.map(({ id }) => id));
    const runs = arrayText(given.map(({ run }) => run));
    return this.executor.run(claimGiven, [shard, ids, workerId, runs]);
  }

  /** Due jobs of a stretch of time that are behind the marks of the claims. */
  async findBehind(params: FindBehindParams): Promise<BehindRow> {
    return (await this.executor.run(findBehind, params))[0]!;
  }

  /** Figures that show how long a scan of the index of due jobs may take. */
  async readDueIndex(): Promise<DueIndexRow> {
    return (await this.executor.run(readDueIndex, []))[0]!;
  }

  /** The lanes that have pending jobs, and when the first job of each falls due. */
  async surveyLanes(shard: number): Promise<SurveyRow> {
    return (await this.executor.run(surveyLanes, [shard, null, null]))[0]!;
  }

  /** As `surveyLanes`, of the given queues only, and without jobs that have been due for longer than `lookBackMs`. */
  async surveyLately(shard: number, queues: string[], lookBackMs: number): Promise<SurveyRow> {
    return (await this.executor.run(surveyLately, [shard, null, null, queues, lookBackMs]))[0]!;
  }

  /**
   * Milliseconds until a pending job of the lanes falls due; negative if one is, null if there is none. In each lane, jobs
   * that were due before `fromTimes` are left out.
   */
  async nextDueMs(shard: number, queues: string[], priorities: number[], fromTimes: string[]): Promise<number | null> {
    const params: NextDueParams = [shard, null, null, queues, priorities, fromTimes];
    return (await this.executor.run(nextDue, params))[0]?.in_ms ?? null;
  }

  /**
   * Writes outcomes of runs that are still the worker's. Returns what was written for each job: `cancelled` instead of
   * `pending` if its cancellation was requested.
   */
  async settle(params: SettleJobsParams): Promise<Map<string, SettledRow>> {
    const [shard, , ids, , statuses, , , , failedAttempts] = params;
    const settle = statuses.includes('pending') ? settleOrCancel : settleJobs;
    const written = new Map((await this.executor.run(settle, params)).map((row) => [row.id, row]));
    await this.forgetFailures(
      shard,
      ids.filter((id, i) => failedAttempts[i] && (written.get(id)?.run ?? 0) > FAILURES_KEPT),
    );
    return written;
  }

  /** As `settle`, for completed jobs without a result that share the number of their run. Returns how many it wrote. */
  async settleCompleted(shard: number, workerId: string, ids: string[], run: number): Promise<number> {
    return (await this.executor.run(settleCompleted, [shard, workerId, arrayText(ids), run]))[0]!;
  }

  readRuns(shard: number, ids: string[]): Promise<RunRow[]> {
    return this.executor.run(readRuns, [shard, ids]);
  }

  /** All runs that the table attributes to a worker. */
  readLostClaims(shard: number, workerId: string): Promise<{ id: string; run: number }[]> {
    return this.executor.run(readLostClaims, [shard, workerId]);
  }

  /** Postpones due jobs of types without a processor here, and returns how many. */
  async postpone(shard: number, limit: number, queues: string[], types: string[], delayMs: number): Promise<number> {
    return (await this.executor.run(postponeTypes, [shard, limit, queues, types, delayMs])).length;
  }

  async storeProgress(shard: number, workerId: string, id: string, run: number, percent: number): Promise<void> {
    await this.executor.run(storeProgress, [shard, workerId, id, run, percent]);
  }

  /** Stores an error with a job that the run has completed. */
  async noteError(shard: number, id: string, run: number, error: string): Promise<void> {
    await this.executor.run(noteError, [shard, id, run, error]);
  }

  /** `pending | blocked → cancelled`, or a request for the worker that runs the job; null if it does neither. */
  async cancel(shard: number, id: string): Promise<Transition> {
    if ((await this.executor.run(cancelWaiting, [shard, id])).length > 0) return 'cancelled';
    if ((await this.executor.run(signalCancel, [shard, id])).length === 0) return null;
    // The run may have ended before it could see the request, and left the job pending.
    return (await this.executor.run(cancelWaiting, [shard, id])).length > 0 ? 'cancelled' : 'signalled';
  }

  /** Acts on cancel requests after the given job, for jobs that are not running. Returns how far it came. */
  async cancelRequested(shard: number, afterId: string, limit: number): Promise<RequestPage> {
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

  /** Workers other than `ownId` that hold jobs although they are dead or unknown. */
  async lostWorkers(shard: number, ownId: string): Promise<string[]> {
    return (await this.executor.run(lostWorkers, [shard, ownId])).map(({ id }) => id);
  }

  /** Rescues jobs of those given workers that are dead: `processing → pending | failed | cancelled`. */
  async rescue(shard: number, limit: number, ownId: string, workerIds: string[]): Promise<RescuedRow[]> {
    const rows = await this.executor.run(rescueJobs, [shard, limit, ownId, workerIds]);
    await this.forgetFailures(
      shard,
      rows.filter(({ run }) => run > FAILURES_KEPT).map(({ id }) => id),
    );
    return rows;
  }

  /** Nearly every job has run less often than failures are kept, and needs no statement. */
  private async forgetFailures(shard: number, ids: string[]): Promise<void> {
    if (ids.length > 0) await this.executor.run(forgetFailures, [shard, ids]);
  }
}
