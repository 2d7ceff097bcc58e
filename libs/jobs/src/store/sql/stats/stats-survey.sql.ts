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
const laneHeads = (more = '', joined = '') => `
  select
    head.queue, head.priority,
    extract(epoch from now() - head.scheduled_at)::float8 as due_seconds,
    ${asText('least(head.scheduled_at, seen.until)')} as start_time,
    case when head.scheduled_at <= seen.until then head.id else ${FIRST_ID} end as start_id,
    ${asText('seen.until')} as seen_until${more}
  from (select now() - ${COMMITTED_WITHIN} as until) as seen
  left join head on true${joined}`;
export const LANE_HEADS = laneHeads();

/** The first pending job of every lane that has any. */
export const surveyHeads = statement<[shard: number], LaneLookRow>('stats_survey', `${EACH_LANE}${LANE_HEADS}`);

/** A lane with its pending jobs, counted up to a limit. */
export interface LaneSizeRow extends LaneHeadRow {
  jobs: number;
  counted_to: number;
}

const IS_DUE = 'head.scheduled_at <= now()';
const shareOf = (jobs: string, lanes: string) =>
  `ceil((${jobs})::float8 / greatest(count(*) filter (where ${lanes}), 1))::int`;

/**
 * As `surveyHeads`, with the jobs of each lane. All lanes with due jobs share a limit of `$2` jobs. If there are others, they
 * share `$3` of these. It reads the index alone, so it knows no types.
 */
export const surveySizes = statement<
  [shard: number, limit: number, limitLater: number],
  LaneSizeRow | { queue: null; seen_until: string }
>(
  'stats_sizes',
  `${EACH_LANE},
  share as materialized (
    select
      ${shareOf(`$2::int - case when bool_or(not ${IS_DUE}) then $3::int else 0 end`, IS_DUE)} as due,
      ${shareOf('$3::int', `not ${IS_DUE}`)} as later
    from head
  )${laneHeads(
    `,
    size.jobs, share.counted_to`,
    `
  left join lateral (select case when ${IS_DUE} then due else later end as counted_to from share) as share on true
  left join lateral (
    select count(*)::int as jobs
    from (
      select
      from {jobs}
      where shard = $1 and queue = head.queue and status = 'pending' and priority = head.priority
        and (scheduled_at, id) >= (head.scheduled_at, head.id)
      order by scheduled_at, id
      limit share.counted_to
    ) as seen_jobs
  ) as size on true`,
  )}`,
);
