-- Parameters: $1 name.
-- jobs_resume_queue: resumeQueue in libs/jobs/src/store/sql/control/queues.sql.ts
update job_queues
set paused_at = null, paused_until = null, paused_by = null, updated_at = now()
where name = $1
