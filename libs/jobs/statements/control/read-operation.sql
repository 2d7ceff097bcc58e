-- Parameters: $1 id.
-- jobs_read_operation: readOperation in libs/jobs/src/store/sql/control/operations.sql.ts
select
    id, action, filter, actor, status, at_most, total, total_capped, changed, skipped, refused, refusal, error,
    (extract(epoch from created_at) * 1000)::float8 as created_ms, (extract(epoch from started_at) * 1000)::float8 as started_ms,
    (extract(epoch from updated_at) * 1000)::float8 as updated_ms, (extract(epoch from ended_at) * 1000)::float8 as ended_ms, ended_by from job_operations where id = $1
