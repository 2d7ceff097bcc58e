-- Asks the worker that runs the job to cancel it, without locking the job's row.
-- Parameters: $1 shard, $2 id.
-- jobs_signal_cancel: signalCancel in libs/jobs/src/store/sql/control/cancel-job.sql.ts
insert into job_signals (shard, job_id, kind)
select shard, id, 'cancel' from jobs where shard = $1 and id = $2 and status = 'processing'
on conflict (shard, job_id, kind) do update set created_at = now()
returning job_id
