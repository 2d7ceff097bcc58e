-- Pauses a queue.
-- Parameters: $1 name.
-- jobs_pause_queue: pauseQueue in libs/jobs/src/store/sql/operate/pause-queue.sql.ts
insert into job_queues (name, paused_at)
values ($1, now())
on conflict (name) do update
set paused_at = coalesce(job_queues.paused_at, now()), updated_at = now()
returning paused_at is not null as paused
