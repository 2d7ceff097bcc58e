-- Parameters: $1 shard, $2 belowId, $3 fromId, $4 look, $5 types, $6 statuses, $7 queues, $8 tags, $9 key, $10 worker,
--   $11 error, $12 payload, $13 waitsForLater, $14 take, $15 ids.
-- jobs_select_given_by_payload: selectGivenByPayload in libs/jobs/src/store/sql/selection/select-jobs.sql.ts
select
  id, type, queue, status, priority, attempts, max_attempts, unique_key, progress, left(error, 1000) as error, tags,
  (extract(epoch from scheduled_at) * 1000)::float8 as scheduled_ms, (extract(epoch from started_at) * 1000)::float8 as started_ms,
  (extract(epoch from completed_at) * 1000)::float8 as completed_ms, (extract(epoch from created_at) * 1000)::float8 as created_ms,
  to_char(completed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as finished_at
from (select
  id, type, queue, status, priority, attempts, max_attempts, unique_key, progress, error, tags, worker_id,
  scheduled_at, started_at, completed_at, created_at, payload from jobs where shard = $1 and id = any ($15::uuid[])
    and id >= (select id from unnest($15::uuid[]) as given (id) order by id limit 1)
    and id <= (select id from unnest($15::uuid[]) as given (id) order by id desc limit 1) and id < $2 and id >= $3 limit $4) as looked
where
  ($5::text[] is null or type = any ($5))
  and ($6::text[] is null or status = any ($6))
  and ($7::text[] is null or queue = any ($7))
  and ($8::text[] is null or tags::text[] @> $8)
  and ($9::text is null or unique_key = $9)
  and ($10::uuid is null or worker_id = $10)
  and ($11::text is null or error ilike $11)
  and ($13::boolean is null or (status = 'pending' and scheduled_at > now()) = $13)
  and payload @> $12::jsonb
order by id desc
limit $14
