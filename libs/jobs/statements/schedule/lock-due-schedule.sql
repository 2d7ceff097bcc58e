-- Locks a due schedule for this transaction.
-- Parameters: $1 name, $2 cron, $3 timeZone, $4 limitMs.
-- jobs_lock_due_schedule: lockDueSchedule in libs/jobs/src/store/sql/schedule/schedules.sql.ts
select (extract(epoch from next_run_at) * 1000)::float8 as next_run_ms, (extract(epoch from now()) * 1000)::float8 as now_ms,
  greatest(next_run_at, retry_at) <= now() as is_due, (extract(epoch from run_requested_at) * 1000)::float8 as requested_ms,
  case when current_setting('statement_timeout') = '0' then set_config('statement_timeout', $4, true) end,
  case when current_setting('idle_in_transaction_session_timeout') = '0' then set_config('idle_in_transaction_session_timeout', $4, true) end
from job_schedules
where name = $1 and (cron, time_zone) = ($2, $3)
  and (greatest(next_run_at, retry_at) <= now() or run_requested_at is not null)
for update skip locked
