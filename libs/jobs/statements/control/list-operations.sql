-- Those that have not ended, and then the newest.
-- Parameters: $1 limit.
-- jobs_list_operations: listOperations in libs/jobs/src/store/sql/control/operations.sql.ts
select
  id, action, filter, actor, status, at_most, total, total_capped, changed, skipped, refused, refusal, error,
  (extract(epoch from created_at) * 1000)::float8 as created_ms, (extract(epoch from started_at) * 1000)::float8 as started_ms,
  (extract(epoch from updated_at) * 1000)::float8 as updated_ms, (extract(epoch from ended_at) * 1000)::float8 as ended_ms, ended_by
from job_operations
order by ended_at is null desc, id desc
limit $1
