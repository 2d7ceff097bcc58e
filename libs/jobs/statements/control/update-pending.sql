-- Changes a job that is pending.
-- Parameters: $1 shard, $2 id, $3 payload, $4 priority, $5 at, $6 byMs.
-- jobs_update_pending: updatePending in libs/jobs/src/store/sql/control/update-job.sql.ts
update jobs as j
set payload = coalesce($3::jsonb, j.payload), priority = coalesce($4::smallint, j.priority),
    scheduled_at = case when $5::timestamptz is null and $6::float8 is null then j.scheduled_at else least(
    greatest(coalesce($5::timestamptz, j.scheduled_at + $6::float8 * interval '1 millisecond'), now()),
    now() + interval '3660 days'
  ) end,
    updated_at = now()
where j.shard = $1 and j.id = $2 and j.status = 'pending'
returning j.queue, j.priority, (extract(epoch from j.scheduled_at) * 1000)::float8 as scheduled_ms, (extract(epoch from j.scheduled_at) * 1000)::float8 - (extract(epoch from now()) * 1000)::float8 as in_ms
