-- Writes the defaults of the definitions.
-- Parameters: $1 types, $2 queues, $3 priorities, $4 maxAttempts, $5 timeoutsMs, $6 retries.
-- jobs_sync_types: syncTypes in libs/jobs/src/store/sql/lease/sync-types.sql.ts
insert into job_types (type, queue, priority, max_attempts, timeout_ms, retry)
select d.type, d.queue, d.priority, d.max_attempts, d.timeout_ms, d.retry::jsonb
from unnest($1::text[], $2::text[], $3::smallint[], $4::int[], $5::int[], $6::text[])
  as d (type, queue, priority, max_attempts, timeout_ms, retry)
order by d.type
on conflict (type) do update
set queue = excluded.queue, priority = excluded.priority, max_attempts = excluded.max_attempts,
    timeout_ms = excluded.timeout_ms, retry = excluded.retry, updated_at = now()
