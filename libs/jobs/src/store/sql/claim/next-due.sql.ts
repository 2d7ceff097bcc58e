import { statement } from '../../statement.js';

export type NextDueParams = [
  shard: number,
  queues: string[],
  priorities: number[],
  notifyChannel: string | null,
  message: string | null,
  /** One time per lane: jobs that fell due earlier are left out. */
  fromTimes: string[],
];

/**
 * Milliseconds until the earliest pending job of the given lanes falls due. Negative if it is due, null if there is
 * none. The statement can also send a notification, by which an idle worker tests its LISTEN at no extra cost.
 */
export const nextDue = statement<NextDueParams, { in_ms: number | null }>(
  'next_due',
  `
  select
    min(extract(epoch from first.scheduled_at - now()))::float8 * 1000 as in_ms,
    case when $4::text is not null then pg_notify($4, $5) end as sent
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
