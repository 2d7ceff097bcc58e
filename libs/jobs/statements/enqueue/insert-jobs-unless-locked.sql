-- As `insertJobs`, for a transaction of its own.
-- Parameters: $1 shard, $2 ids, $3 types, $4 payloads, $5 queues, $6 priorities, $7 maxAttempts, $8 timeoutsMs,
--   $9 retries, $10 scheduledAts, $11 delaysMs, $12 uniqueKeys, $13 tags, $14 lockTimeout.
-- jobs_insert_jobs_unless_locked: insertJobsUnlessLocked in libs/jobs/src/store/sql/enqueue/insert-jobs.sql.ts
insert into jobs
  (shard, id, type, payload, queue, priority, max_attempts, timeout_ms, retry, scheduled_at, unique_key, tags)
select
  $1, j.id, j.type, j.payload::jsonb, j.queue, j.priority, j.max_attempts, j.timeout_ms, j.retry::jsonb,
  coalesce(j.scheduled_at, now() + j.delay_ms * interval '1 millisecond'), j.unique_key, j.tags::varchar(50)[]
from unnest(
  $2::uuid[], $3::text[], $4::text[], $5::text[], $6::smallint[], $7::int[], $8::int[], $9::text[],
  $10::timestamptz[], $11::float8[], $12::text[], $13::text[]
) as j (
  id, type, payload, queue, priority, max_attempts, timeout_ms, retry,
  scheduled_at, delay_ms, unique_key, tags
)
where (select set_config('lock_timeout', $14, true)) is not null
on conflict (shard, queue, unique_key)
  where unique_key is not null and status in ('pending', 'blocked', 'processing') do nothing
returning id
