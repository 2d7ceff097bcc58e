import { statement } from '../statement.js';

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

/**
 * The first pending job of every lane that has any: one step down jobs_due for each lane, and one over every dead entry
 * at the near end of a lane.
 */
export const surveyLanes = statement<[shard: number], LaneLookRow>(
  'stats_survey',
  `
  with recursive head (queue, priority, scheduled_at, id) as (
    (
      select queue, priority, scheduled_at, id
      from jobs
      where shard = $1 and status = 'pending'
      order by queue, priority, scheduled_at, id
      limit 1
    )
    union all
    select next.queue, next.priority, next.scheduled_at, next.id
    from head
    cross join lateral (
      select queue, priority, scheduled_at, id
      from jobs
      where shard = $1 and status = 'pending' and (queue, priority) > (head.queue, head.priority)
      order by queue, priority, scheduled_at, id
      limit 1
    ) as next
  )${LANE_HEADS}`,
);
