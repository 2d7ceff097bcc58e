-- As the worker's renewal reads them.
-- Parameters: $1 workerId.
-- jobs_read_wishes: readWishes in libs/jobs/src/store/sql/lease/read-wishes.sql.ts
with own as (
  select wanted_slots, wanted_at, draining_since from job_workers where id = $1
)
select
  (select coalesce(array_agg(name::text), '{}') from job_queues where paused_at is not null and (paused_until is null or paused_until > now() or paused_until < paused_at)) as paused_queues,
  (select coalesce(array_agg(type::text), '{}') from job_types where paused_at is not null and (paused_until is null or paused_until > now() or paused_until < paused_at)) as paused_types,
  (
    select (extract(epoch from min(paused_until)) * 1000)::float8 - (extract(epoch from now()) * 1000)::float8
    from (
      select paused_at, paused_until from job_queues
      union all
      select paused_at, paused_until from job_types
    ) as pause
    where paused_at is not null and paused_until > now()
  ) as pause_ends_in_ms,
  (select wanted_slots from own) as wanted_slots,
  (select (extract(epoch from wanted_at) * 1000)::float8 from own) as wanted_ms,
  (select draining_since is not null from own) as is_drained
