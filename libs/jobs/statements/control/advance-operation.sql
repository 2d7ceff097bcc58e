-- Writes down how far a batch has come.
-- Parameters: $1 id, $2 changed, $3 skipped, $4 afterId, $5 afterFinishedAt, $6 batch, $7 pauseMs.
-- jobs_advance_operation: advanceOperation in libs/jobs/src/store/sql/control/operations.sql.ts
update job_operations
set status = 'processing', started_at = coalesce(started_at, now()), changed = changed + $2::int,
    skipped = skipped + $3::int, after_id = coalesce($4, after_id),
    after_finished_at = coalesce($5::timestamptz, after_finished_at), batch = $6::int, failures = 0, error = null,
    next_at = clock_timestamp() + $7::float8 * interval '1 millisecond', updated_at = now()
where id = $1
