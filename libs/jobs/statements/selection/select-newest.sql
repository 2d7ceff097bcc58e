-- At most `take` jobs that match, newest first; finished ones by when they finished.
-- Parameters: $1 shard, $2 belowId, $3 fromId, $4 look, $5 types, $6 statuses, $7 queues, $8 tags, $9 key, $10 worker,
--   $11 error, $12 payload, $13 waitsForLater, $14 take.
-- jobs_select_newest: selectNewest in libs/jobs/src/store/sql/selection/select-jobs.sql.ts
select
  id, type, queue, status, priority, attempts, max_attempts, unique_key, progress, left(error, 1000) as error, tags,
  (extract(epoch from scheduled_at) * 1000)::float8 as scheduled_ms, (extract(epoch from started_at) * 1000)::float8 as started_ms,
  (extract(epoch from completed_at) * 1000)::float8 as completed_ms, (extract(epoch from created_at) * 1000)::float8 as created_ms,
  to_char(completed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as finished_at
from (select
  id, type, queue, status, priority, attempts, max_attempts, unique_key, progress, error, tags, worker_id,
  scheduled_at, started_at, completed_at, created_at from jobs where shard = $1 and id < $2 and id >= $3 order by id desc limit $4) as looked
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
order by id desc
limit $14
