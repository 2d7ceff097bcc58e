-- Cancels a job that has not started.
-- Parameters: $1 shard, $2 id.
-- jobs_cancel_waiting: cancelWaiting in libs/jobs/src/store/sql/control/cancel-job.sql.ts
update jobs
set status = 'cancelled', completed_at = now(), updated_at = now()
where shard = $1 and id = $2 and status in ('pending', 'blocked')
returning id
