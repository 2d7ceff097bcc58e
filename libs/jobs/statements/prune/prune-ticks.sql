-- Deletes old ticks, and signals that no worker picked up.
-- Parameters: $1 olderThanMs.
-- jobs_prune_ticks: pruneTicks in libs/jobs/src/store/sql/prune/prune.sql.ts
with stale as (
  delete from job_signals where created_at < now() - $1::float8 * interval '1 millisecond'
)
delete from job_schedule_ticks
where fired_at < now() - $1::float8 * interval '1 millisecond'
returning name
