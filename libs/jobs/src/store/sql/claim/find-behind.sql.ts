import { statement } from '../../statement.js';

export type FindBehindParams = [
  shard: number,
  queues: string[],
  priorities: number[],
  /** Where the search of each lane begins: after the job of that due time and id. */
  afterTimes: string[],
  afterIds: string[],
  /** Where it ends: with the jobs of that due time. */
  untilTimes: string[],
  /** No job that is due later. */
  to: string,
  limit: number,
];

export interface BehindJob {
  id: string;
  run: number;
  queue: string;
  priority: number;
  time: string;
}

export interface BehindRow {
  /** The server's clock, in milliseconds since 1970. */
  now_ms: number;
  /** By lane, in the order in which the lanes were given, and by due time. */
  found: BehindJob[];
}

/**
 * Due jobs that claims have passed already. It locks nothing and delays no claim, however many dead entries the index
 * holds there. The end is one bound: beside a comparison of rows, PostgreSQL would walk on to the end of the lane.
 */
export const findBehind = statement<FindBehindParams, BehindRow>(
  'find_behind',
  `
  with found as materialized (
    select behind.id, behind.run, lane.queue, lane.priority, behind.scheduled_at as time
    from unnest($2::text[], $3::smallint[], $4::timestamptz[], $5::uuid[], $6::timestamptz[])
      as lane (queue, priority, after_time, after_id, until_time)
    cross join lateral (
      select id, run, scheduled_at
      from {jobs}
      where shard = $1
        and queue = lane.queue
        and status = 'pending'
        and priority = lane.priority
        and (scheduled_at, id) > (lane.after_time, lane.after_id)
        and scheduled_at <= least(lane.until_time, $7::timestamptz, now())
      order by scheduled_at, id
      limit $8
    ) as behind
    limit $8
  )
  select
    extract(epoch from now())::float8 * 1000 as now_ms,
    (select coalesce(json_agg(found), '[]') from found) as found`,
);
