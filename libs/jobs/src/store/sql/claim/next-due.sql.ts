import { statement } from '../../statement.js';

export type NextDueParams = [
  shard: number,
  queues: string[],
  priorities: number[],
  notifyChannel: string | null,
  message: string | null,
  /** Of each lane: jobs that were due before are left out. */
  fromTimes: string[],
];

/**
 * Milliseconds until the earliest pending job of the given lanes falls due; negative if it is due, null if there is none.
 * Carries a notification if there is one to send: an idle worker then asks and tests its LISTEN in one statement.
 */
export const nextDue = statement<NextDueParams, { in_ms: number | null }>(
  'next_due',
  `
  select
    min(extract(epoch from first.scheduled_at - now()))::float8 * 1000 as in_ms,
    case when $4::text is not null then pg_notify($4, $5) end as told
  from unnest($2::text[], $3::smallint[], $6::timestamptz[]) as lane (queue, priority, from_time)
  cross join lateral (
    select scheduled_at
    from {jobs}
    where shard = $1 and queue = lane.queue and status = 'pending' and priority = lane.priority
      and scheduled_at >= lane.from_time
    order by scheduled_at, id
    limit 1
  ) as first`,
);
