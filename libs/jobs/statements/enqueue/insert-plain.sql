-- Adds jobs of one type that are due now and differ only in their payloads, as most jobs do.
-- Parameters: $1 shard, $2 type, $3 queue, $4 priority, $5 maxAttempts, $6 timeoutMs, $7 ids, $8 payloads.
-- jobs_insert_plain: insertPlain in libs/jobs/src/store/sql/enqueue/insert-plain.sql.ts
insert into jobs (shard, id, type, payload, queue, priority, max_attempts, timeout_ms)
select $1, j.id, $2, j.payload, $3, $4, $5, $6
from rows from (unnest($7::uuid[]), jsonb_array_elements($8::jsonb)) as j (id, payload)
