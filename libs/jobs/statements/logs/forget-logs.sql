-- Deletes the first lines of some logs, up to a line of each.
-- Parameters: $1 shard, $2 ids, $3 upTo.
-- jobs_forget_logs: forgetLogs in libs/jobs/src/store/sql/logs/forget-logs.sql.ts
delete from job_logs as l
using unnest($2::uuid[], $3::int[]) as full_log (id, up_to)
where l.shard = $1 and l.job_id = any ($2::uuid[])
    and l.job_id >= (select id from unnest($2::uuid[]) as given (id) order by id limit 1)
    and l.job_id <= (select id from unnest($2::uuid[]) as given (id) order by id desc limit 1) and l.job_id = full_log.id and l.line <= full_log.up_to
