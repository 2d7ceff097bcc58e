-- Renews a worker's lease, unless it has been declared dead, and reads the state of the fleet.
-- Parameters: $1 id, $2 slots.
-- jobs_renew_lease: renewLease in libs/jobs/src/store/sql/lease/worker-lease.sql.ts
with renewed as (
  update job_workers
  set last_seen_at = now(), slots = $2
  where id = $1 and dead_at is null
  returning wanted_slots, wanted_at, draining_since
)
select
  (
    select coalesce(
      jsonb_agg(
        jsonb_build_object(
          'id', id, 'last_seen_at', last_seen_at, 'dead', dead_at is not null, 'drained', draining_since is not null
        )
      ),
      '[]'
    )
    from job_workers
    where dead_at is null or dead_at > now() - interval '5 minutes' or id = $1
  ) as workers,
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
  (select wanted_slots from renewed) as wanted_slots,
  (select (extract(epoch from wanted_at) * 1000)::float8 from renewed) as wanted_ms,
  (select draining_since is not null from renewed) as is_drained,
  exists (select from job_signals) as cancel_requests,
  exists (select from job_operations where ended_at is null) as operations
