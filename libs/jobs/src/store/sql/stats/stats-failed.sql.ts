import { statement } from '../../statement.js';

export interface FailedCountRow {
  type: string;
  failed: number;
  /** Failed and cancelled jobs: both count towards the limit. */
  seen: number;
}

/** Jobs that failed in the last `hours`, by type, among the `limit` jobs that failed or were cancelled last. */
export const countFailed = statement<[shard: number, hours: number, limit: number], FailedCountRow>(
  'stats_failed',
  `
  select type, (count(*) filter (where status = 'failed'))::int as failed, count(*)::int as seen
  from (
    select type, status
    from {jobs}
    where shard = $1
      and status in ('failed', 'cancelled')
      and completed_at >= now() - $2::float8 * interval '1 hour'
    order by completed_at desc
    limit $3
  ) as latest
  group by type`,
);
