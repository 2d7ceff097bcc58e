-- Locks a due schedule for this transaction.
-- Parameters: $1 name, $2 cron, $3 timeZone, $4 limitMs.
-- jobs_lock_due_schedule: lockDueSchedule in libs/jobs/src/store/sql/schedule/fire-schedules.sql.ts
select cron, time_zone, catch_up, catch_up_last, (extract(epoch from next_run_at) * 1000)::float8 as next_run_ms, (extract(epoch from now()) * 1000)::float8 as now_ms,
  greatest(next_run_at, retry_at) <= now() as is_due, (extract(epoch from run_requested_at) * 1000)::float8 as requested_ms,
  job_type, payload, overlap, jitter_ms, (extract(epoch from ends_at) * 1000)::float8 as ends_ms, times_left,
  case when current_setting('statement_timeout') = '0' then set_config('statement_timeout', $4, true) end,
  case when current_setting('idle_in_transaction_session_timeout') = '0' then set_config('idle_in_transaction_session_timeout', $4, true) end
from job_schedules
where name = $1 and case
    when $2::text is null then job_type is not null
    else job_type is null and (coalesce(code_cron, cron), coalesce(code_time_zone, time_zone)) = ($2::text, $3::text)
  end
  and (greatest(next_run_at, retry_at) <= now() or run_requested_at is not null)
for update skip locked
