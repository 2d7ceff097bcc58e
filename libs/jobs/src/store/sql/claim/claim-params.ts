import type { Lane, Mark } from '../../lane.js';
import type { Notification } from '../../notification.js';
import { arrayText, quotedArrayText } from '../../statement.js';
import type { ClaimAheadParams, ClaimJobsParams, LaneTexts } from './claim-jobs.sql.js';
import type { ClaimUnpausedParams } from './claim-unpaused.sql.js';
import type { FindBehindParams, FindUnpausedParams } from './find-behind.sql.js';
import type { NextDueParams, NextUnpausedParams } from './next-due.sql.js';

/** Paused types, whose jobs are stepped over. */
export interface LeftOut {
  readonly types: readonly string[];
  /** How many due jobs of a lane are looked at, to find those of other types. */
  readonly steps: number;
}

export interface ClaimRequest {
  shard: number;
  limit: number;
  workerId: string;
  /** In the order in which they are searched. */
  lanes: readonly Lane[];
}

/** Requests with this name the paused types. Null: no type is paused. */
interface MayLeaveOut {
  leftOut: LeftOut | null;
}

export interface ClaimAheadRequest extends ClaimRequest, MayLeaveOut {
  /** For each lane, the mark after which its search starts. */
  marks: readonly Readonly<Mark>[];
  /** For each lane, how many jobs it may give. */
  laneLimits: readonly number[];
  /** Whether to skip rows that an unfinished transaction may have changed or locked. */
  untouchedOnly: boolean;
}

/** Where to look for jobs behind the marks of the claims. */
export interface BehindRequest extends MayLeaveOut {
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
export interface NextDueRequest extends MayLeaveOut {
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

export function claimUnpausedParams(
  request: ClaimAheadRequest,
  lanes: LaneTexts,
  { types, steps }: LeftOut,
): ClaimUnpausedParams {
  return [...claimAheadParams(request, lanes), quotedArrayText(types), steps];
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

export function findUnpausedParams(request: BehindRequest, leftOut: LeftOut): FindUnpausedParams {
  return [...findBehindParams(request), ...leftOutParams(leftOut)];
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

export function nextUnpausedParams(
  request: NextDueRequest,
  notification: Notification | null,
  leftOut: LeftOut,
): NextUnpausedParams {
  return [...nextDueParams(request, notification), ...leftOutParams(leftOut)];
}

export function leftOutParams({ types, steps }: LeftOut): [pausedTypes: string[], steps: number] {
  return [[...types], steps];
}

export function notificationParams(
  notification: Notification | null,
): [notifyChannel: string | null, message: string | null] {
  return [notification?.channel ?? null, notification?.message ?? null];
}
