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

/** The whole database contract of a job's life, one sentence a verb. Nothing else writes to the `jobs` table. */
export class JobStore {
  constructor(private readonly executor: Executor) {}

  /** Adds jobs and returns the ids of those whose unique key was free. */
  async insert(params: InsertJobsParams): Promise<string[]> {
    return (await this.executor.run(insertJobs, params)).map(({ id }) => id);
  }

  /** As `insert`, for a transaction of its own; fails with 55P03 instead of waiting longer for another transaction. */
  async insertUnlessLocked(params: InsertJobsParams, lockMs: number): Promise<string[]> {
    return (await this.executor.run(insertJobsUnlessLocked, [...params, `${lockMs}ms`])).map(({ id }) => id);
  }

  /** Adds jobs that have nothing of their own but a payload, and sends the message, if any, with their commit. */
  async insertPlain(params: InsertPlainParams, message: string | null): Promise<void> {
    if (message === null) await this.executor.run(insertPlain, params);
    else await this.executor.run(insertPlainAndNotify, [...params, message]);
  }

  /** As `insertPlain`, but as a worker's own, `→ processing` at once; returns when they were due, as a claim does. */
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

  /** Takes due jobs for a worker: `pending → processing`. */
  claim(params: ClaimJobsParams): Promise<ClaimedRow[]> {
    return this.executor.run(claimJobs, params);
  }

  /** As `claim`, only those after given marks. */
  claimAhead(params: ClaimAheadParams): Promise<ClaimedRow[]> {
    return this.executor.run(claimJobsAhead, params);
  }

  /** Takes those of the given jobs that nobody else has taken since they were seen: `pending → processing`, due or not. */
  claimGiven(shard: number, workerId: string, given: readonly { id: string; run: number }[]): Promise<ClaimedRow[]> {
    const ids = arrayText(given.map(({ id }) => id));
    const runs = arrayText(given.map(({ run }) => run));
    return this.executor.run(claimGiven, [shard, ids, workerId, runs]);
  }

  /** Due jobs of a stretch of time that claims have passed. */
  async findBehind(params: FindBehindParams): Promise<BehindRow> {
    return (await this.executor.run(findBehind, params))[0]!;
  }

  /** What tells how long a walk over the index of due jobs may take. */
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
   * Writes outcomes of runs that are still the worker's, and returns what was written for each job: `cancelled` instead
   * of `pending` where somebody asked for it.
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

  /** As `settle`, for completed jobs without a result that share the number of their run; returns how many it wrote. */
  async settleCompleted(shard: number, workerId: string, ids: string[], run: number): Promise<number> {
    return (await this.executor.run(settleCompleted, [shard, workerId, arrayText(ids), run]))[0]!;
  }

  readRuns(shard: number, ids: string[]): Promise<RunRow[]> {
    return this.executor.run(readRuns, [shard, ids]);
  }

  /** Everything that the database thinks a worker is running. */
  readLostClaims(shard: number, workerId: string): Promise<{ id: string; run: number }[]> {
    return this.executor.run(readLostClaims, [shard, workerId]);
  }

  /** Moves due jobs of types without a processor here out of the way, and returns how many. */
  async postpone(shard: number, limit: number, queues: string[], types: string[], delayMs: number): Promise<number> {
    return (await this.executor.run(postponeTypes, [shard, limit, queues, types, delayMs])).length;
  }

  async storeProgress(shard: number, workerId: string, id: string, run: number, percent: number): Promise<void> {
    await this.executor.run(storeProgress, [shard, workerId, id, run, percent]);
  }

  /** Keeps an error with a job that the run has completed. */
  async noteError(shard: number, id: string, run: number, error: string): Promise<void> {
    await this.executor.run(noteError, [shard, id, run, error]);
  }

  /** `pending | blocked → cancelled`, or leaves a request for whoever runs the job; null if it is neither. */
  async cancel(shard: number, id: string): Promise<Transition> {
    if ((await this.executor.run(cancelWaiting, [shard, id])).length > 0) return 'cancelled';
    if ((await this.executor.run(signalCancel, [shard, id])).length === 0) return null;
    // The run may have ended before the request could be seen, and left the job waiting.
    return (await this.executor.run(cancelWaiting, [shard, id])).length > 0 ? 'cancelled' : 'signalled';
  }

  /** Acts on requests to cancel jobs that nobody runs, after the given one; returns how far it came. */
  async cancelRequested(shard: number, afterId: string, limit: number): Promise<RequestPage> {
    return (await this.executor.run(cancelRequested, [shard, afterId, limit]))[0]!;
  }

  /** Which of the jobs somebody asked to cancel. */
  async readCancelled(shard: number, ids: string[]): Promise<string[]> {
    return (await this.executor.run(readSignals, [shard, ids])).map(({ job_id }) => job_id);
  }

  /** `failed | cancelled → pending` with all attempts; false if the status or a taken unique key forbids it. */
  async retry(shard: number, id: string): Promise<boolean> {
    return (await this.executor.run(retryFinished, [shard, id])).length > 0;
  }

  /** Workers other than `ownId` that hold jobs although they are dead or unknown. */
  async lostWorkers(shard: number, ownId: string): Promise<string[]> {
    return (await this.executor.run(lostWorkers, [shard, ownId])).map(({ id }) => id);
  }

  /** Takes back jobs of the given workers, as far as they are dead: `processing → pending | failed | cancelled`. */
  async rescue(shard: number, limit: number, ownId: string, workerIds: string[]): Promise<RescuedRow[]> {
    const rows = await this.executor.run(rescueJobs, [shard, limit, ownId, workerIds]);
    await this.forgetFailures(
      shard,
      rows.filter(({ run }) => run > FAILURES_KEPT).map(({ id }) => id),
    );
    return rows;
  }

  /** A job that has not run more often than it may remember needs no statement, which is nearly every job. */
  private async forgetFailures(shard: number, ids: string[]): Promise<void> {
    if (ids.length > 0) await this.executor.run(forgetFailures, [shard, ids]);
  }
}
