-- Locks the operation whose next batch has waited for longest.
-- Parameters: $1 format.
-- jobs_take_operation: takeOperation in libs/jobs/src/store/sql/control/operations.sql.ts
select
  id, action, filter, actor, status, at_most, total, total_capped, changed, skipped, refused, refusal, error,
  (extract(epoch from created_at) * 1000)::float8 as created_ms, (extract(epoch from started_at) * 1000)::float8 as started_ms,
  (extract(epoch from updated_at) * 1000)::float8 as updated_ms, (extract(epoch from ended_at) * 1000)::float8 as ended_ms, ended_by, query, batch, failures, after_id, to_char(after_finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as after_finished_at,
  to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as asked_at
from job_operations
where ended_at is null and next_at <= clock_timestamp() and format <= $1::smallint
order by next_at
limit 1
for update skip locked
