-- The queues that each worker claims from.
-- Parameters: $1 ids.
-- jobs_read_worker_queues: readWorkerQueues in libs/jobs/src/store/sql/lease/read-worker-queues.sql.ts
select id, queues from job_workers where id = any($1::uuid[])
