import { statement } from '../../statement.js';
import { EACH_LANE } from '../claim/each-lane.js';

/** The first pending job of a lane: of one priority of one queue. */
export interface LaneHeadRow {
  queue: string;
  priority: number;
  /** For how many seconds it has been due; negative if it falls due later. */
  due_seconds: number;
  /** Where a later look at the lane may start: no job was pending before it. */
  start_time: string;
  start_id: string;
  /** Where a later look at any other lane may start. */
  seen_until: string;
}

/** A look that found no lane has one row, for the sake of `seen_until`. */
export type LaneLookRow = LaneHeadRow | { queue: null; seen_until: string };

/** Jobs may be added with the time at which their transaction began: so much later a look has seen them, as a rule. */
const COMMITTED_WITHIN = `interval '5 seconds'`;

const asText = (time: string) => `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00"')`;

const FIRST_ID = `repeat('0', 32)::uuid`;

/** From a query `head` of the first job of each lane. */
export const LANE_HEADS = `
  select
    head.queue, head.priority,
    extract(epoch from now() - head.scheduled_at)::float8 as due_seconds,
    ${asText('least(head.scheduled_at, seen.until)')} as start_time,
    case when head.scheduled_at <= seen.until then head.id else ${FIRST_ID} end as start_id,
    ${asText('seen.until')} as seen_until
  from (select now() - ${COMMITTED_WITHIN} as until) as seen
  left join head on true`;

/** The first pending job of every lane that has any. */
export const surveyHeads = statement<[shard: number], LaneLookRow>('stats_survey', `${EACH_LANE}${LANE_HEADS}`);
