-- The job types that an application has registered at its boot, with their defaults: the given ones, or all.
-- Parameters: $1 types.
-- jobs_read_types: readTypes in libs/jobs/src/store/sql/lease/read-types.sql.ts
select type, queue, priority, max_attempts, timeout_ms, retry, paused_at is not null and (paused_until is null or paused_until > now() or paused_until < paused_at) as is_paused, (extract(epoch from paused_at) * 1000)::float8 as paused_ms, paused_by,
case when paused_until >= paused_at then (extract(epoch from paused_until) * 1000)::float8 end as until_ms
from job_types
where $1::text[] is null or type = any ($1)
order by type
limit 10000
