-- Deletes up to `$2` rows that ended more than `$1` milliseconds ago.
-- Parameters: $1 olderThanMs, $2 limit.
-- jobs_prune_history: pruneHistory in libs/jobs/src/store/sql/history/keep-history.sql.ts
with old as materialized (
  select type, queue, starts_at, span_s
  from job_stats
  where span_s = any ('{60,600,3600,86400}')
    and starts_at < now() - $1::float8 * interval '1 millisecond' - interval '1 day'
  limit $2
  for update skip locked
),
gone as (
  delete from job_stats as s
  using old
  where s.type = old.type and s.queue = old.queue and s.starts_at = old.starts_at and s.span_s = old.span_s
  returning 1
)
select count(*)::int as pruned from gone
