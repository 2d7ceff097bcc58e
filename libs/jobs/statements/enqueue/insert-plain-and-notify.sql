-- As `insertPlain`, and notifies the workers with the same commit.
-- Parameters: $1 shard, $2 type, $3 queue, $4 priority, $5 maxAttempts, $6 timeoutMs, $7 ids, $8 payloads, $9 message.
-- jobs_insert_plain_and_notify: insertPlainAndNotify in libs/jobs/src/store/sql/enqueue/insert-plain.sql.ts
with inserted as (
  insert into jobs (shard, id, type, payload, queue, priority, max_attempts, timeout_ms)
  select $1, j.id, $2, j.payload, $3, $4, $5, $6
  from rows from (unnest($7::uuid[]), jsonb_array_elements($8::jsonb)) as j (id, payload)
)
select pg_notify('monstera_jobs', $9)
