import { statement } from '../../statement.js';
import { EACH_LANE } from '../claim/each-lane.js';

/** The first pending job of a lane. */
export interface LaneHeadRow {
  queue: string;
  priority: number;
  /** Seconds since it fell due; negative if it falls due later. */
  due_seconds: number;
  /** Where a later search of this lane may start: no job was pending before it. */
  start_time: string;
  start_id: string;
  /** Where a later search of any other lane may start. */
  seen_until: string;
}

/** A survey that finds no lane returns one row, which has only `seen_until`. */
export type LaneLookRow = LaneHeadRow | { queue: null; seen_until: string };

/** A job is due from the start of its transaction, and visible after the commit. Few commits take longer than this. */
const COMMITTED_WITHIN = `interval '5 seconds'`;

const asText = (time: string) => `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00"')`;

const FIRST_ID = `repeat('0', 32)::uuid`;

/** Reads a query `head`, which has the first job of each lane. */
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
