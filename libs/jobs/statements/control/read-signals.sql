-- Which of the given jobs have a cancel request.
-- Parameters: $1 shard, $2 ids.
-- jobs_read_signals: readSignals in libs/jobs/src/store/sql/control/read-signals.sql.ts
select job_id from job_signals where shard = $1 and job_id = any ($2::uuid[])
    and job_id >= (select id from unnest($2::uuid[]) as given (id) order by id limit 1)
    and job_id <= (select id from unnest($2::uuid[]) as given (id) order by id desc limit 1) and kind = 'cancel'
