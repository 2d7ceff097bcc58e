-- Declares a worker dead, unless it has renewed its lease since `lastSeenAt` was read.
-- Parameters: $1 id, $2 lastSeenAt.
-- jobs_declare_dead: declareDead in libs/jobs/src/store/sql/lease/worker-lease.sql.ts
update job_workers
set dead_at = now()
where id = $1 and dead_at is null and last_seen_at = $2::timestamptz
returning id
