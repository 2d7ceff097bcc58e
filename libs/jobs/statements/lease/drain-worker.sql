-- Drains a worker, or lets it start jobs again.
-- Parameters: $1 id, $2 isDrained.
-- jobs_drain_worker: drainWorker in libs/jobs/src/store/sql/lease/steer-workers.sql.ts
update job_workers
set draining_since = case when $2::boolean then coalesce(draining_since, now()) end
where id = $1 and dead_at is null
