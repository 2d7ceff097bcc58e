import { laneTexts, type Lane } from '../lane.js';
import type { Notification } from '../notification.js';
import { claimGiven } from '../sql/claim/claim-given.sql.js';
import { claimJobs, claimJobsAhead, type ClaimedRow, type LaneTexts } from '../sql/claim/claim-jobs.sql.js';
import {
  claimAheadParams,
  claimJobsParams,
  claimUnpausedParams,
  findBehindParams,
  findUnpausedParams,
  leftOutParams,
  nextDueParams,
  nextUnpausedParams,
  notificationParams,
  type BehindRequest,
  type ClaimAheadRequest,
  type ClaimRequest,
  type LeftOut,
  type NextDueRequest,
} from '../sql/claim/claim-params.js';
import { readDueIndex, type DueIndexRow } from '../sql/claim/due-index.sql.js';
import { claimJobsUnpaused } from '../sql/claim/claim-unpaused.sql.js';
import { findBehind, findUnpaused, type BehindRow } from '../sql/claim/find-behind.sql.js';
import { nextDue, nextUnpaused } from '../sql/claim/next-due.sql.js';
import { postponeTypes } from '../sql/claim/postpone-types.sql.js';
import { readLostClaims } from '../sql/claim/read-lost-claims.sql.js';
import {
  surveyLanes,
  surveyLately,
  surveyUnpaused,
  surveyUnpausedLately,
  type SurveyRow,
} from '../sql/claim/survey-lanes.sql.js';
import { arrayText, type Executor } from '../statement.js';

/** A run that the table attributes to a worker. */
export interface ClaimedRun {
  id: string;
  run: number;
}

/** Due jobs to postpone. */
export interface Postponement {
  shard: number;
  limit: number;
  queues: string[];
  types: string[];
  delayMs: number;
}

/** Which lanes have pending jobs, without those of paused types. */
export interface LaneSurvey {
  shard: number;
  leftOut: LeftOut | null;
  /** Beside paused types: jobs that have been due for longer are left out too. Default: none. */
  lookBackMs?: number;
}

/** A survey of the jobs of some queues that have not been due for longer than `lookBackMs`. */
export interface LatelySurvey extends Required<LaneSurvey> {
  queues: readonly string[];
}

/** Sends a statement, which may send a notification along. Null: there is none to send. */
export type Carry = <T>(send: (notification: Notification | null) => Promise<T>) => Promise<T>;

const carryNothing: Carry = (send) => send(null);

/**
 * Pending jobs: which fall due, and whose they become.
 *
 * Writes `jobs`.
 */
export class ClaimStore {
  /** The lanes of the last claim. To make their texts is a noticeable part of an idle worker's claim. */
  private searched: { lanes: readonly Lane[]; texts: LaneTexts } | null = null;

  /** `carry` sends the questions about due jobs. An idle worker asks them anyway, so a notification costs nothing. */
  constructor(
    private readonly executor: Executor,
    private readonly carry: Carry = carryNothing,
  ) {}

  /** Claims due jobs: `pending → processing`. */
  claim(request: ClaimRequest): Promise<ClaimedRow[]> {
    return this.executor.run(claimJobs, claimJobsParams(request, this.textsOf(request.lanes)));
  }

  /** As `claim`, but only jobs after the given marks, and none of the types that are left out. */
  claimAhead(request: ClaimAheadRequest): Promise<ClaimedRow[]> {
    const { leftOut, lanes } = request;
    const texts = this.textsOf(lanes);
    if (!leftOut) return this.executor.run(claimJobsAhead, claimAheadParams(request, texts));
    return this.executor.run(claimJobsUnpaused, claimUnpausedParams(request, texts, leftOut));
  }

  /** Claims those of the given jobs whose run is unchanged: `pending → processing`, due or not. */
  claimGiven(given: { shard: number; workerId: string; jobs: readonly ClaimedRun[] }): Promise<ClaimedRow[]> {
    const { shard, workerId, jobs } = given;
    const ids = arrayText(jobs.map(({ id }) => id));
    const runs = arrayText(jobs.map(({ run }) => run));
    return this.executor.run(claimGiven, [shard, ids, workerId, runs]);
  }

  /** Due jobs of a stretch of time that are behind the marks of the claims. */
  async findBehind(request: BehindRequest): Promise<BehindRow> {
    const { leftOut } = request;
    const rows = leftOut
      ? await this.executor.run(findUnpaused, findUnpausedParams(request, leftOut))
      : await this.executor.run(findBehind, findBehindParams(request));
    return rows[0]!;
  }

  /** Figures that show how long a scan of the index of due jobs may take. */
  async readDueIndex(): Promise<DueIndexRow> {
    return (await this.executor.run(readDueIndex, []))[0]!;
  }

  /** The lanes that have pending jobs, and when the first job of each falls due. */
  async surveyLanes({ shard, leftOut, lookBackMs }: LaneSurvey): Promise<SurveyRow> {
    const rows = await this.carry((notification) => {
      const params = [shard, ...notificationParams(notification)] as const;
      if (!leftOut) return this.executor.run(surveyLanes, [...params]);
      return this.executor.run(surveyUnpaused, [...params, ...leftOutParams(leftOut), lookBackMs ?? null]);
    });
    return rows[0]!;
  }

  /** As `surveyLanes`, of the given queues only, and without jobs that have been due for longer than `lookBackMs`. */
  async surveyLately({ shard, queues, lookBackMs, leftOut }: LatelySurvey): Promise<SurveyRow> {
    const rows = await this.carry((notification) => {
      const params = [shard, ...notificationParams(notification), [...queues], lookBackMs] as const;
      if (!leftOut) return this.executor.run(surveyLately, [...params]);
      return this.executor.run(surveyUnpausedLately, [...params, ...leftOutParams(leftOut)]);
    });
    return rows[0]!;
  }

  /** Milliseconds until a pending job of the lanes falls due; negative if one is, null if there is none. */
  async nextDueMs(request: NextDueRequest): Promise<number | null> {
    const { leftOut } = request;
    const rows = await this.carry((notification) => {
      if (!leftOut) return this.executor.run(nextDue, nextDueParams(request, notification));
      return this.executor.run(nextUnpaused, nextUnpausedParams(request, notification, leftOut));
    });
    return rows[0]?.in_ms ?? null;
  }

  /** All runs that the table attributes to a worker. Claims whose reply was lost are among them. */
  readLostClaims(shard: number, workerId: string): Promise<ClaimedRun[]> {
    return this.executor.run(readLostClaims, [shard, workerId]);
  }

  /** Postpones due jobs of types without a processor here, and returns how many. */
  async postpone({ shard, limit, queues, types, delayMs }: Postponement): Promise<number> {
    return (await this.executor.run(postponeTypes, [shard, limit, queues, types, delayMs])).length;
  }

  private textsOf(lanes: readonly Lane[]): LaneTexts {
    if (this.searched?.lanes !== lanes) this.searched = { lanes, texts: laneTexts(lanes) };
    return this.searched.texts;
  }
}
