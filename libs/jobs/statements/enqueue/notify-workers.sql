-- Wakes workers.
-- Parameters: $1 message.
-- jobs_notify_workers: notifyWorkers in libs/jobs/src/store/sql/enqueue/notify.sql.ts
select pg_notify('monstera_jobs', $1) from set_config('synchronous_commit', 'off', true)
