import { statement } from '../../statement.js';
import { LANE_HEADS, type LaneHeadRow, type LaneLookRow } from './stats-survey.sql.js';

/** A lane, and where a search of it starts. */
export type LaneStart = Pick<LaneHeadRow, 'queue' | 'priority' | 'start_time' | 'start_id'>;

/** One entry per lane: its queue, its priority, and where its search starts. */
export type LaneStartParams = [queues: string[], priorities: number[], startTimes: string[], startIds: string[]];

/** As `surveyHeads`, but only for the given lanes. Each search starts at a place before which no job was pending. */
export const readHeads = statement<[shard: number, ...LaneStartParams], LaneLookRow>(
  'stats_heads',
  `
  with head as (
    select lane.queue, lane.priority, first.scheduled_at, first.id
    from unnest($2::text[], $3::smallint[], $4::timestamptz[], $5::uuid[]) as lane (queue, priority, start_time, start_id)
    cross join lateral (
      select scheduled_at, id
      from {jobs}
      where shard = $1 and queue = lane.queue and status = 'pending' and priority = lane.priority
        and (scheduled_at, id) >= (lane.start_time, lane.start_id)
      order by scheduled_at, id
      limit 1
    ) as first
  )${LANE_HEADS}`,
);

export function laneStartParams(lanes: readonly LaneStart[]): LaneStartParams {
  return [
    lanes.map(({ queue }) => queue),
    lanes.map(({ priority }) => priority),
    lanes.map(({ start_time }) => start_time),
    lanes.map(({ start_id }) => start_id),
  ];
}
