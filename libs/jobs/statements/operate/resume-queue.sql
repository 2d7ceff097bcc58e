-- Ends the pause of a queue.
-- Parameters: $1 name.
-- jobs_resume_queue: resumeQueue in libs/jobs/src/store/sql/operate/pause-queue.sql.ts
update job_queues
set paused_at = null, updated_at = now()
where name = $1 and paused_at is not null
returning false as paused
