-- Deletes those that ended long ago.
-- Parameters: $1 olderThanMs, $2 limit.
-- jobs_prune_operations: pruneOperations in libs/jobs/src/store/sql/control/operations.sql.ts
delete from job_operations
where id in (
  select id from job_operations
  where ended_at < now() - $1::float8 * interval '1 millisecond'
  order by id
  limit $2
)
returning id
