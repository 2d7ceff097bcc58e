-- The job types that an application has registered at its boot, with their defaults: the given ones, or all.
-- Parameters: $1 types.
-- jobs_read_types: readTypes in libs/jobs/src/store/sql/lease/read-types.sql.ts
select type, queue, priority, max_attempts, timeout_ms, retry
from job_types
where $1::text[] is null or type = any ($1)
order by type
limit 10000
