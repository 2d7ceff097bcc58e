-- Deletes up to `$3` rows with one of the spans `$1` that began more than `$2` milliseconds ago.
-- Parameters: $1 spans, $2 olderThanMs, $3 limit.
-- jobs_prune_history: pruneHistory in libs/jobs/src/store/sql/history/keep-history.sql.ts
with old as materialized (
  select ctid as at
  from job_stats
  where span_s = any ($1::int[]) and starts_at < now() - $2::float8 * interval '1 millisecond'
  limit $3
  for update skip locked
),
gone as (
  delete from job_stats
  where ctid = any (array(select at from old))
  returning 1
)
select count(*)::int as pruned from gone
