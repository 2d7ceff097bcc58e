-- A worker that stops declares itself dead, so that no other worker has to wait until its lease runs out.
-- Parameters: $1 id.
-- jobs_retire_worker: retireWorker in libs/jobs/src/store/sql/lease/worker-lease.sql.ts
update job_workers set dead_at = now() where id = $1 and dead_at is null
