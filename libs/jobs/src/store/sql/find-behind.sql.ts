import { statement } from '../statement.js';

export type FindBehindParams = [
  shard: number,
  queues: string[],
  priorities: number[],
  /** Where the search of each lane ends. */
  untilTimes: string[],
  untilIds: string[],
  /** The stretch of due times that is searched. */
  from: string,
  to: string,
  limit: number,
];

export interface BehindRow {
  /** The server's clock, in milliseconds since 1970. */
  now_ms: number;
  found: { id: string; priority: number }[];
}

/**
 * Due jobs of a stretch of time that claims have passed already. It locks nothing, so however many dead entries the index
 * holds there, it delays no claim.
 */
export const findBehind = statement<FindBehindParams, BehindRow>(
  'find_behind',
  `
  with found as materialized (
    select behind.id, lane.priority
    from unnest($2::text[], $3::smallint[], $4::timestamptz[], $5::uuid[])
      as lane (queue, priority, until_time, until_id)
    cross join lateral (
      select id
      from jobs
      where shard = $1
        and queue = lane.queue
        and status = 'pending'
        and priority = lane.priority
        and (scheduled_at, id) <= (lane.until_time, lane.until_id)
        and scheduled_at > $6::timestamptz
        and scheduled_at <= $7::timestamptz
        and scheduled_at <= now()
      order by scheduled_at, id
      limit $8
    ) as behind
    limit $8
  )
  select
    extract(epoch from now())::float8 * 1000 as now_ms,
    (select coalesce(json_agg(json_build_object('id', id, 'priority', priority)), '[]') from found) as found`,
);
