-- Makes a failed or cancelled job due again with all its attempts, unless another job has its unique key.
-- Parameters: $1 shard, $2 id.
-- jobs_retry_finished: retryFinished in libs/jobs/src/store/sql/control/retry-job.sql.ts
with retried as (
  update jobs as j
  set status = 'pending', attempts = 0, crashes = 0, scheduled_at = now(), completed_at = null, progress = null,
      progress_note = null, result = null, updated_at = now()
  where j.shard = $1 and j.id = $2 and j.status in ('failed', 'cancelled')
    and not exists (
      select 1 from jobs as other
      where other.shard = $1 and other.queue = j.queue and other.unique_key = j.unique_key
        and other.status in ('pending', 'blocked', 'processing')
    )
  returning j.id
),
unsignalled as (
  delete from job_signals as s using retried where s.shard = $1 and s.job_id = retried.id
)
select id from retried
