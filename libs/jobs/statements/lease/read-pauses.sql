-- jobs_read_pauses: readPauses in libs/jobs/src/store/sql/lease/read-pauses.sql.ts
select
    (select coalesce(array_agg(name::text), '{}') from job_queues where paused_at is not null and (paused_until is null or paused_until > now() or paused_until < paused_at)) as paused_queues,
    (
      select (extract(epoch from min(paused_until)) * 1000)::float8 - (extract(epoch from now()) * 1000)::float8
      from job_queues
      where paused_at is not null and paused_until > now()
    ) as pause_ends_in_ms
