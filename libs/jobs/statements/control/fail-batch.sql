-- A batch did not succeed: the next one is smaller, and begins after the pause.
-- Parameters: $1 id, $2 error, $3 batch, $4 pauseMs.
-- jobs_fail_batch: failBatch in libs/jobs/src/store/sql/control/operations.sql.ts
update job_operations
set failures = failures + 1, error = $2, batch = $3::int,
    next_at = clock_timestamp() + $4::float8 * interval '1 millisecond', updated_at = now()
where id = $1 and ended_at is null
returning failures
