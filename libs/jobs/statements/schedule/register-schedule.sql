-- Writes a schedule as the code has it.
-- Parameters: $1 name, $2 cron, $3 timeZone, $4 catchUp, $5 nextRunAt, $6 onlyAbandoned.
-- jobs_register_schedule: registerSchedule in libs/jobs/src/store/sql/schedule/schedules.sql.ts
insert into job_schedules as s (name, cron, time_zone, catch_up, next_run_at)
values ($1, $2, $3, $4, $5)
on conflict (name) do update
set cron = excluded.cron, time_zone = excluded.time_zone, catch_up = excluded.catch_up, updated_at = now(),
    next_run_at = case
      when (s.cron, s.time_zone) = (excluded.cron, excluded.time_zone) then s.next_run_at
      when s.next_run_at <= now() or s.next_run_at = 'infinity' then s.next_run_at
      else excluded.next_run_at
    end,
    retry_at = case when (s.cron, s.time_zone) = (excluded.cron, excluded.time_zone) then s.retry_at end
where (s.cron, s.time_zone, s.catch_up) is distinct from (excluded.cron, excluded.time_zone, excluded.catch_up)
  and (not $6::boolean or s.updated_at < now() - interval '90 seconds')
