-- Replaces the cron text and zone of a method.
-- Parameters: $1 name, $2 cron, $3 timeZone, $4 codeCron, $5 codeTimeZone, $6 by, $7 nextRunAt.
-- jobs_set_schedule_text: setScheduleText in libs/jobs/src/store/sql/schedule/make-schedules.sql.ts
update job_schedules
set cron = $2, time_zone = $3, code_cron = $4, code_time_zone = $5, set_by = $6,
    set_at = case when $4::varchar is not null then now() end, retry_at = null,
    next_run_at = case when next_run_at = 'infinity' then next_run_at else $7 end
where name = $1
