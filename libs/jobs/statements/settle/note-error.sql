-- Stores what went wrong after a run had completed its job, unless the job has been started again since.
-- Parameters: $1 shard, $2 id, $3 run, $4 error.
-- jobs_note_error: noteError in libs/jobs/src/store/sql/settle/note-error.sql.ts
update jobs
set error = $4, updated_at = now()
where shard = $1 and id = $2 and run = $3 and status = 'completed'
