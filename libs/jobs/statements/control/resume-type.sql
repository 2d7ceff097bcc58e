-- Returns no row if nobody has registered the type.
-- Parameters: $1 type.
-- jobs_resume_type: resumeType in libs/jobs/src/store/sql/control/type-pauses.sql.ts
update job_types
set paused_at = null, paused_until = null, paused_by = null
where type = $1
returning
type, paused_at is not null and (paused_until is null or paused_until > now() or paused_until < paused_at) as is_paused, (extract(epoch from paused_at) * 1000)::float8 as paused_ms, paused_by,
case when paused_until >= paused_at then (extract(epoch from paused_until) * 1000)::float8 end as until_ms
