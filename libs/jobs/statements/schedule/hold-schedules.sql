-- Shows that a living process holds these rows.
-- Parameters: $1 names, $2 crons, $3 timeZones.
-- jobs_hold_schedules: holdSchedules in libs/jobs/src/store/sql/schedule/schedules.sql.ts
update job_schedules
set updated_at = now()
where name in (
  select s.name
  from job_schedules as s
  join unnest($1::text[], $2::text[], $3::text[]) as own (name, cron, time_zone)
    on s.name = own.name and (coalesce(s.code_cron, s.cron), coalesce(s.code_time_zone, s.time_zone)) = (own.cron, own.time_zone)
  where s.updated_at <= now() - interval '30 seconds'
  for update of s skip locked
)
