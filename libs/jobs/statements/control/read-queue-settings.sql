-- The settings of the given queues, or of all that have any.
-- Parameters: $1 names.
-- jobs_read_queue_settings: readQueueSettings in libs/jobs/src/store/sql/control/queues.sql.ts
select
name, paused_at is not null and (paused_until is null or paused_until > now() or paused_until < paused_at) as is_paused, (extract(epoch from paused_at) * 1000)::float8 as paused_ms, paused_by,
case when paused_until >= paused_at then (extract(epoch from paused_until) * 1000)::float8 end as until_ms
from job_queues
where $1::text[] is null or name = any ($1)
limit 10000
