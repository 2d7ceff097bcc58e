-- Writes what became of a tick that enqueues a job.
-- Parameters: $1 name, $2 plannedAt, $3 outcome, $4 jobId.
-- jobs_note_tick: noteTick in libs/jobs/src/store/sql/schedule/fire-schedules.sql.ts
update job_schedule_ticks set outcome = $3, job_id = $4 where name = $1 and planned_at = $2
