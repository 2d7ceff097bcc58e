-- As `insertPlain`, but writes the jobs as claimed by the given worker, which starts them after the commit
--   (docs/decisions/0012-direct-start.md).
-- Parameters: $1 shard, $2 type, $3 queue, $4 priority, $5 maxAttempts, $6 timeoutMs, $7 ids, $8 payloads, $9 workerId.
-- jobs_insert_started: insertStarted in libs/jobs/src/store/sql/enqueue/insert-plain.sql.ts
insert into jobs (shard, id, type, payload, queue, priority, max_attempts, timeout_ms, status, started_at, attempts, run, worker_id)
select $1, j.id, $2, j.payload, $3, $4, $5, $6, 'processing', now(), 1, 1, $9
from rows from (unnest($7::uuid[]), jsonb_array_elements($8::jsonb)) as j (id, payload)
returning to_char(scheduled_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') as scheduled_at
