-- Writes a schedule as the code has it.
-- Parameters: $1 name, $2 cron, $3 timeZone, $4 catchUp, $5 catchUpLast, $6 nextRunAt, $7 onlyAbandoned.
-- jobs_register_schedule: registerSchedule in libs/jobs/src/store/sql/schedule/schedules.sql.ts
insert into job_schedules as s (name, cron, time_zone, catch_up, catch_up_last, next_run_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (name) do update
set cron = case when ((coalesce(s.code_cron, s.cron), coalesce(s.code_time_zone, s.time_zone)) = (excluded.cron, excluded.time_zone)) then s.cron else excluded.cron end,
    time_zone = case when ((coalesce(s.code_cron, s.cron), coalesce(s.code_time_zone, s.time_zone)) = (excluded.cron, excluded.time_zone)) then s.time_zone else excluded.time_zone end,
    code_cron = case when ((coalesce(s.code_cron, s.cron), coalesce(s.code_time_zone, s.time_zone)) = (excluded.cron, excluded.time_zone)) then s.code_cron end,
    code_time_zone = case when ((coalesce(s.code_cron, s.cron), coalesce(s.code_time_zone, s.time_zone)) = (excluded.cron, excluded.time_zone)) then s.code_time_zone end,
    set_at = case when ((coalesce(s.code_cron, s.cron), coalesce(s.code_time_zone, s.time_zone)) = (excluded.cron, excluded.time_zone)) then s.set_at end,
    set_by = case when ((coalesce(s.code_cron, s.cron), coalesce(s.code_time_zone, s.time_zone)) = (excluded.cron, excluded.time_zone)) then s.set_by end,
    catch_up = excluded.catch_up, catch_up_last = excluded.catch_up_last, updated_at = now(),
    next_run_at = case
      when ((coalesce(s.code_cron, s.cron), coalesce(s.code_time_zone, s.time_zone)) = (excluded.cron, excluded.time_zone)) then s.next_run_at
      when s.next_run_at <= now() or s.next_run_at = 'infinity' then s.next_run_at
      else excluded.next_run_at
    end,
    retry_at = case when ((coalesce(s.code_cron, s.cron), coalesce(s.code_time_zone, s.time_zone)) = (excluded.cron, excluded.time_zone)) then s.retry_at end
where s.job_type is null
  and (not ((coalesce(s.code_cron, s.cron), coalesce(s.code_time_zone, s.time_zone)) = (excluded.cron, excluded.time_zone)) or (s.catch_up, s.catch_up_last) is distinct from (excluded.catch_up, excluded.catch_up_last))
  and (not $7::boolean or s.updated_at < now() - interval '90 seconds')
