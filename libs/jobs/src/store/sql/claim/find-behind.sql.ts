import { statement } from '../../statement.js';

export type FindBehindParams = [
  shard: number,
  queues: string[],
  priorities: number[],
  /** Where the search of each lane begins: after the job with this due time and id. */
  afterTimes: string[],
  afterIds: string[],
  /** Where it ends: after the jobs with this due time. */
  untilTimes: string[],
  /** Jobs that fall due later than this are left out of all lanes. */
  to: string,
  limit: number,
];

/** `steps`: how many due jobs of a lane are looked at. */
export type FindUnpausedParams = [...FindBehindParams, pausedTypes: string[], steps: number];

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
  /** In the order of the given lanes, and by due time in each. */
  found: BehindJob[];
}

const BEHIND = `
      from {jobs}
      where shard = $1
        and queue = lane.queue
        and status = 'pending'
        and priority = lane.priority
        and (scheduled_at, id) > (lane.after_time, lane.after_id)
        and scheduled_at <= least(lane.until_time, $7::timestamptz, now())`;

const searchOf = (behind: string): string => `
  with found as materialized (
    select behind.id, behind.run, lane.queue, lane.priority, behind.scheduled_at as time
    from unnest($2::text[], $3::smallint[], $4::timestamptz[], $5::uuid[], $6::timestamptz[])
      as lane (queue, priority, after_time, after_id, until_time)
    cross join lateral (${behind}
    ) as behind
    limit $8
  )
  select
    extract(epoch from now())::float8 * 1000 as now_ms,
    (select coalesce(json_agg(found), '[]') from found) as found`;

/**
 * Due jobs behind the marks of the claims (docs/decisions/0028-held-snapshots.md). It takes no lock and delays no
 * claim, however many dead entries the index has there. The upper end is a single comparison, made with `least`. Given
 * several beside the row comparison, PostgreSQL would read on to the end of the lane.
 */
export const findBehind = statement<FindBehindParams, BehindRow>(
  'find_behind',
  searchOf(`
      select id, run, scheduled_at${BEHIND}
      order by scheduled_at, id
      limit $8`),
);

/** As `findBehind`, without the jobs of paused types (docs/decisions/0035-paused-types.md). */
export const findUnpaused = statement<FindUnpausedParams, BehindRow>(
  'find_unpaused',
  searchOf(`
      select id, run, scheduled_at
      from (
        select id, run, scheduled_at, type${BEHIND.replaceAll('\n', '\n  ')}
        order by scheduled_at, id
        limit $10
      ) as near
      where type <> all ($9::text[])
      limit $8`),
);
