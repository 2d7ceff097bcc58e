-- Ends an operation, and forgets the values of payloads that it looked for.
-- Parameters: $1 id, $2 status, $3 by.
-- jobs_end_operation: endOperation in libs/jobs/src/store/sql/control/operations.sql.ts
update job_operations
set status = $2, ended_at = now(), ended_by = $3, query = null, updated_at = now()
where id = $1 and ended_at is null
returning
  id, action, filter, actor, status, at_most, total, total_capped, changed, skipped, refused, refusal, error,
  (extract(epoch from created_at) * 1000)::float8 as created_ms, (extract(epoch from started_at) * 1000)::float8 as started_ms,
  (extract(epoch from updated_at) * 1000)::float8 as updated_ms, (extract(epoch from ended_at) * 1000)::float8 as ended_ms, ended_by
