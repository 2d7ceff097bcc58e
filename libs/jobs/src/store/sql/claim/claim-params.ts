import type { Lane, Mark } from '../../lane.js';
import type { Notification } from '../../notification.js';
import { arrayText } from '../../statement.js';
import type { ClaimAheadParams, ClaimJobsParams, LaneTexts } from './claim-jobs.sql.js';
import type { FindBehindParams } from './find-behind.sql.js';
import type { NextDueParams } from './next-due.sql.js';

export interface ClaimRequest {
  shard: number;
  limit: number;
  workerId: string;
  /** In the order in which they are searched. */
  lanes: readonly Lane[];
}

export interface ClaimAheadRequest extends ClaimRequest {
  /** For each lane, the mark after which its search starts. */
  marks: readonly Readonly<Mark>[];
  /** For each lane, how many jobs it may give. */
  laneLimits: readonly number[];
  /** Whether to skip rows that an unfinished transaction may have changed or locked. */
  untouchedOnly: boolean;
}

/** Where to look for jobs behind the marks of the claims. */
export interface BehindRequest {
  shard: number;
  lanes: readonly BehindLane[];
  /** Jobs that fall due later than this are left out of all lanes. */
  to: string;
  limit: number;
}

export interface BehindLane {
  lane: Lane;
  /** The search begins after this job, and ends after the jobs with the due time `until`. */
  after: Mark;
  until: string;
}

/** A question when the first job of some lanes falls due. */
export interface NextDueRequest {
  shard: number;
  lanes: readonly Lane[];
  /** For each lane: jobs that were due before are left out. */
  fromTimes: readonly string[];
}

/** `lanes` are the lanes of the request, made once for many claims. */
export function claimJobsParams({ shard, limit, workerId }: ClaimRequest, lanes: LaneTexts): ClaimJobsParams {
  return [shard, limit, workerId, ...lanes];
}

export function claimAheadParams(request: ClaimAheadRequest, lanes: LaneTexts): ClaimAheadParams {
  const { marks, laneLimits, untouchedOnly } = request;
  const afterTimes = arrayText(marks.map(({ time }) => time));
  const afterIds = arrayText(marks.map(({ id }) => id));
  return [...claimJobsParams(request, lanes), afterTimes, afterIds, arrayText(laneLimits), untouchedOnly];
}

export function findBehindParams({ shard, lanes, to, limit }: BehindRequest): FindBehindParams {
  return [
    shard,
    lanes.map(({ lane }) => lane.queue),
    lanes.map(({ lane }) => lane.priority),
    lanes.map(({ after }) => after.time),
    lanes.map(({ after }) => after.id),
    lanes.map(({ until }) => until),
    to,
    limit,
  ];
}

export function nextDueParams(
  { shard, lanes, fromTimes }: NextDueRequest,
  notification: Notification | null,
): NextDueParams {
  return [
    shard,
    ...notificationParams(notification),
    lanes.map(({ queue }) => queue),
    lanes.map(({ priority }) => priority),
    fromTimes,
  ];
}

export function notificationParams(
  notification: Notification | null,
): [notifyChannel: string | null, message: string | null] {
  return [notification?.channel ?? null, notification?.message ?? null];
}
