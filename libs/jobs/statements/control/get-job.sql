-- One job with its last ten failed attempts, oldest first.
-- Parameters: $1 shard, $2 id.
-- jobs_get_job: getJob in libs/jobs/src/store/sql/control/get-job.sql.ts
select
  j.timeout_ms, j.unique_key, j.progress, j.progress_note, j.result, j.error, j.tags,
  j.id, j.type, j.queue, j.status, coalesce(j.payload, '{}')::text as payload, j.priority, j.attempts,
  j.max_attempts, j.timeout_ms, j.unique_key, j.progress, j.result::text as result, j.error, j.tags,
  (extract(epoch from j.scheduled_at) * 1000)::float8 as scheduled_ms, (extract(epoch from j.started_at) * 1000)::float8 as started_ms,
  (extract(epoch from j.completed_at) * 1000)::float8 as completed_ms, (extract(epoch from j.created_at) * 1000)::float8 as created_ms,
  (extract(epoch from j.updated_at) * 1000)::float8 as updated_ms,
  (
    select coalesce(jsonb_agg(to_jsonb(f) order by f.run), '[]')
    from (
      select run, attempt, error, failed_at
      from job_failures
      where shard = $1 and job_id = $2
      order by run desc
      limit 10
    ) as f
  ) as failures
from jobs as j
where j.shard = $1 and j.id = $2
