-- Stores a running job's progress and its note, if the run is still this worker's.
-- Parameters: $1 shard, $2 workerId, $3 id, $4 run, $5 percent, $6 note.
-- jobs_store_progress: storeProgress in libs/jobs/src/store/sql/settle/store-progress.sql.ts
update jobs
set progress = $5, progress_note = $6, updated_at = now()
where shard = $1 and id = $3 and run = $4 and worker_id = $2
