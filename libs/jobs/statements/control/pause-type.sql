-- Pauses a type, or changes the end of its pause.
-- Parameters: $1 type, $2 until, $3 by.
-- jobs_pause_type: pauseType in libs/jobs/src/store/sql/control/type-pauses.sql.ts
update job_types
set paused_at = case
      when paused_at is not null and (paused_until is null or paused_until > now() or paused_until < paused_at) then paused_at
      else now()
    end, paused_until = $2, paused_by = $3
where type = $1
returning
type, paused_at is not null and (paused_until is null or paused_until > now() or paused_until < paused_at) as is_paused, (extract(epoch from paused_at) * 1000)::float8 as paused_ms, paused_by,
case when paused_until >= paused_at then (extract(epoch from paused_until) * 1000)::float8 end as until_ms
