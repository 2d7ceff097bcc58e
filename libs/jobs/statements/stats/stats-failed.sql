-- Jobs that failed in the last `hours`, by type, among the `limit` jobs that failed or were cancelled last.
-- Parameters: $1 shard, $2 hours, $3 limit.
-- jobs_stats_failed: countFailed in libs/jobs/src/store/sql/stats/stats-failed.sql.ts
select type, (count(*) filter (where status = 'failed'))::int as failed, count(*)::int as seen
from (
  select type, status
  from jobs
  where shard = $1
    and status in ('failed', 'cancelled')
    and completed_at >= now() - $2::float8 * interval '1 hour'
  order by completed_at desc
  limit $3
) as latest
group by type
