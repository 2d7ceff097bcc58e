-- Deletes up to `$3` rows with one of the spans `$1` that began more than `$2` milliseconds ago.
-- Parameters: $1 spans, $2 olderThanMs, $3 limit.
-- jobs_prune_history: pruneHistory in libs/jobs/src/store/sql/history/keep-history.sql.ts
with old as materialized (
  select type, queue, starts_at, span_s
  from job_stats
  where span_s = any ($1::int[]) and starts_at < now() - $2::float8 * interval '1 millisecond'
  limit $3
  for update skip locked
),
gone as (
  delete from job_stats as s
  using old
  where s.type = old.type and s.queue = old.queue and s.starts_at = old.starts_at and s.span_s = old.span_s
  returning 1
)
select count(*)::int as pruned from gone
