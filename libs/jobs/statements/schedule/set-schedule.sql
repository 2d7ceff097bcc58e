-- A pause lasts.
-- Parameters: $1 name, $2 cron, $3 timeZone, $4 catchUp, $5 catchUpLast, $6 jobType, $7 payload, $8 overlap,
--   $9 jitterMs, $10 startsAt, $11 endsAt, $12 times, $13 timesLeft, $14 by, $15 nextRunAt, $16 notBefore.
-- jobs_set_schedule: setSchedule in libs/jobs/src/store/sql/schedule/make-schedules.sql.ts
update job_schedules
set cron = $2, time_zone = $3, catch_up = $4, catch_up_last = $5, job_type = $6, payload = coalesce($7::jsonb, payload),
    overlap = $8, jitter_ms = $9, starts_at = $10, ends_at = $11, times = $12, times_left = $13, set_by = $14,
    set_at = now(),
    next_run_at = case
      when next_run_at = 'infinity' and ended_at is null then next_run_at
      else coalesce($15::timestamptz, 'infinity')
    end,
    ended_at = case
      when next_run_at = 'infinity' and ended_at is null then null
      when $15::timestamptz is null then now()
    end,
    retry_at = $16
where name = $1
