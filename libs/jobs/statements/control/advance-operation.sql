-- Writes down how far a batch has come, and why the first job was refused.
-- Parameters: $1 id, $2 changed, $3 skipped, $4 refused, $5 refusal, $6 afterId, $7 afterFinishedAt, $8 batch,
--   $9 pauseMs.
-- jobs_advance_operation: advanceOperation in libs/jobs/src/store/sql/control/operations.sql.ts
update job_operations
set status = 'processing', started_at = coalesce(started_at, now()), changed = changed + $2::int,
    skipped = skipped + $3::int, refused = refused + $4::int, refusal = coalesce(refusal, $5),
    after_id = coalesce($6, after_id), after_finished_at = coalesce($7::timestamptz, after_finished_at),
    batch = $8::int, failures = 0, error = null,
    next_at = clock_timestamp() + $9::float8 * interval '1 millisecond', updated_at = now()
where id = $1
