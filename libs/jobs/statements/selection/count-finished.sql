-- Parameters: $1 shard, $2 belowId, $3 fromId, $4 look, $5 types, $6 statuses, $7 queues, $8 tags, $9 key, $10 worker,
--   $11 error, $12 payload, $13 waitsForLater, $14 take, $15 finishedAt, $16 id.
-- jobs_count_finished: countFinished in libs/jobs/src/store/sql/selection/select-jobs.sql.ts
select count(*)::int as jobs
from (
  select
  from (
    select
  id, type, queue, status, priority, attempts, max_attempts, unique_key, progress, error, tags, worker_id,
  scheduled_at, started_at, completed_at, created_at
    from jobs
    where shard = $1 and id < $2 and id >= $3 and status in ('failed', 'cancelled')
      and ($15::timestamptz is null or completed_at <= $15)
      and ($15::timestamptz is null or (completed_at, id) < ($15, $16::uuid))
    order by completed_at desc, id desc
    limit $4) as looked
  where
  ($5::text[] is null or type = any ($5))
  and ($6::text[] is null or status = any ($6))
  and ($7::text[] is null or queue = any ($7))
  and ($8::text[] is null or tags::text[] @> $8)
  and ($9::text is null or unique_key = $9)
  and ($10::uuid is null or worker_id = $10)
  and ($11::text is null or error ilike $11)
  and ($13::boolean is null or (status = 'pending' and scheduled_at > now()) = $13)
  and $12::jsonb is null
  limit $14
) as matching
