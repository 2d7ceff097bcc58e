-- Returns no row if there is one with the name.
-- Parameters: $1 name, $2 cron, $3 timeZone, $4 catchUp, $5 catchUpLast, $6 jobType, $7 payload, $8 overlap,
--   $9 jitterMs, $10 startsAt, $11 endsAt, $12 times, $13 timesLeft, $14 by, $15 nextRunAt, $16 notBefore, $17 most.
-- jobs_create_schedule: createSchedule in libs/jobs/src/store/sql/schedule/make-schedules.sql.ts
insert into job_schedules (
  name, cron, time_zone, catch_up, catch_up_last, job_type, payload, overlap, jitter_ms, starts_at, ends_at, times,
  times_left, set_by, set_at, next_run_at, ended_at, retry_at
)
select $1::text, $2::text, $3::text, $4::text, $5::int, $6::text, $7::jsonb, $8::text, $9::int, $10::timestamptz,
  $11::timestamptz, $12::int, $13::int, $14::text, now(), coalesce($15::timestamptz, 'infinity'),
  case when $15::timestamptz is null then now() end, $16::timestamptz
where (select count(*) from job_schedules where job_type is not null) < $17::int
on conflict (name) do nothing
returning name
