-- Locks a living worker.
-- Parameters: $1 id.
-- jobs_lock_worker: lockWorker in libs/jobs/src/store/sql/lease/steer-workers.sql.ts
select host, max_slots from job_workers where id = $1 and dead_at is null for update
