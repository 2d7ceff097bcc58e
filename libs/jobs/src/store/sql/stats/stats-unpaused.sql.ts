import { statement } from '../../statement.js';
import type { LaneStartParams } from './stats-heads.sql.js';

export interface LaneAgeRow {
  /** The number of the lane, from 1. */
  lane: number;
  /** Seconds since its first job of a type that is not paused fell due. Null if no such job is due. */
  due_seconds: number | null;
}

/**
 * How many due jobs of a lane are looked at. If all of them are of paused types, the age is that of the last: it is at
 * least that of the first job of another type, so nothing late is overlooked.
 */
const STEPS = 10_000;

const FROM_LANE = `
        from {jobs}
        where shard = $1 and queue = lane.queue and status = 'pending' and priority = lane.priority
          and (scheduled_at, id) >= (lane.start_time, lane.start_id) and scheduled_at <= now()
        order by scheduled_at, id`;

/** How long the oldest due job of each of the given lanes has been due, without the jobs of paused types. */
export const readUnpausedAges = statement<[shard: number, ...LaneStartParams, pausedTypes: string[]], LaneAgeRow>(
  'stats_unpaused',
  `
  select lane.n::int as lane, extract(epoch from now() - coalesce(
    (
      select scheduled_at
      from (
        select scheduled_at, type${FROM_LANE}
        limit ${STEPS}
      ) as near
      where type <> all ($6::text[])
      limit 1
    ),
    (
        select scheduled_at${FROM_LANE}
        offset ${STEPS - 1}
        limit 1
    )
  ))::float8 as due_seconds
  from unnest($2::text[], $3::smallint[], $4::timestamptz[], $5::uuid[]) with ordinality
    as lane (queue, priority, start_time, start_id, n)`,
);
