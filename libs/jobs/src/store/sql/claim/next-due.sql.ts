import { statement } from '../../statement.js';
import { firstUnpaused } from './first-unpaused.js';

export type NextDueParams = [
  shard: number,
  notifyChannel: string | null,
  message: string | null,
  queues: string[],
  priorities: number[],
  /** Of each lane: jobs that were due before are left out. */
  fromTimes: readonly string[],
];

const ANSWER = `
  select
    min(extract(epoch from first.scheduled_at - now()))::float8 * 1000 as in_ms,
    case when $2::text is not null then pg_notify($2, $3) end as sent
  from unnest($4::text[], $5::smallint[], $6::timestamptz[]) as lane (queue, priority, from_time)`;

/** `steps`: how many due jobs of a lane are looked at. */
export type NextUnpausedParams = [...NextDueParams, pausedTypes: string[], steps: number];

/**
 * Milliseconds until the earliest pending job of the given lanes falls due; negative if it is due, null if there is none.
 * Sends a notification too if there is one: see `ClaimStore`.
 */
export const nextDue = statement<NextDueParams, { in_ms: number | null }>(
  'next_due',
  `${ANSWER}
  cross join lateral (
    select scheduled_at
    from {jobs}
    where shard = $1 and queue = lane.queue and status = 'pending' and priority = lane.priority
      and scheduled_at >= lane.from_time
    order by scheduled_at, id
    limit 1
  ) as first`,
);

/** As `nextDue`, without the jobs of paused types. May be too early where thousands of them are for later. */
export const nextUnpaused = statement<NextUnpausedParams, { in_ms: number | null }>(
  'next_unpaused',
  `${ANSWER}
  cross join lateral (
    select ${firstUnpaused({
      lane: `shard = $1 and queue = lane.queue and status = 'pending' and priority = lane.priority`,
      from: 'lane.from_time',
      pausedTypes: '$7::text[]',
      steps: '$8',
    })} as scheduled_at
  ) as first`,
);
