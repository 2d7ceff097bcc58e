-- Errors of jobs that failed in the last `hours`, among the `limit` jobs that failed or were cancelled last.
-- Parameters: $1 shard, $2 hours, $3 limit.
-- jobs_stats_errors: failedErrors in libs/jobs/src/store/sql/stats/stats-errors.sql.ts
select
  id, type,
  case when status = 'failed' then left(split_part(left(coalesce(error, ''), 2000), e'\n', 1), 300) end as message,
  (extract(epoch from completed_at) * 1000)::float8 as finished_ms
from jobs
where shard = $1
  and status in ('failed', 'cancelled')
  and completed_at >= now() - $2::float8 * interval '1 hour'
order by completed_at desc
limit $3
