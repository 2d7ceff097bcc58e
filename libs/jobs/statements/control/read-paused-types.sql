-- The types that are paused, at most 1,000, by name.
-- jobs_read_paused_types: readPausedTypes in libs/jobs/src/store/sql/control/type-pauses.sql.ts
select
type, paused_at is not null and (paused_until is null or paused_until > now() or paused_until < paused_at) as is_paused, (extract(epoch from paused_at) * 1000)::float8 as paused_ms, paused_by,
case when paused_until >= paused_at then (extract(epoch from paused_until) * 1000)::float8 end as until_ms
from job_types
where paused_at is not null and (paused_until is null or paused_until > now() or paused_until < paused_at)
order by type
limit 1000
