-- Figures that show how long a scan of an index of `jobs` may take, read without a scan.
-- jobs_due_index: readDueIndex in libs/jobs/src/store/sql/claim/due-index.sql.ts
select
  extract(epoch from now())::float8 * 1000 as now_ms,
  pg_relation_size('jobs_due'::regclass)::float8 as bytes,
  coalesce(pg_stat_get_dead_tuples('jobs'::regclass), 0)::float8 as dead
