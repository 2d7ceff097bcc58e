-- What a schedule enqueues.
-- Parameters: $1 name.
-- jobs_read_schedule_payload: readSchedulePayload in libs/jobs/src/store/sql/schedule/make-schedules.sql.ts
select payload from job_schedules where name = $1 and job_type is not null
