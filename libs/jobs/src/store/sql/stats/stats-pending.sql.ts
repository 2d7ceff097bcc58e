import { statement } from '../../statement.js';
import type { LaneStartParams } from './stats-heads.sql.js';

export interface PendingCountRow {
  /** The number of the lane, from 1. */
  lane: number;
  type: string;
  jobs: number;
}

/** Pending jobs of the given lanes by type; of each lane, the `limitPerLane` jobs that fall due first. */
export const countPending = statement<[shard: number, ...LaneStartParams, limitPerLane: number], PendingCountRow>(
  'stats_pending',
  `
  select lane.n::int as lane, seen.type, count(*)::int as jobs
  from unnest($2::text[], $3::smallint[], $4::timestamptz[], $5::uuid[]) with ordinality
    as lane (queue, priority, start_time, start_id, n)
  cross join lateral (
    select type
    from {jobs}
    where shard = $1 and queue = lane.queue and status = 'pending' and priority = lane.priority
      and (scheduled_at, id) >= (lane.start_time, lane.start_id)
    order by scheduled_at, id
    limit $6
  ) as seen
  group by lane.n, seen.type`,
);
