-- Leaves a cancel request for each of the given jobs that has not finished, without locking the jobs' rows.
-- Parameters: $1 shard, $2 ids.
-- jobs_signal_cancel_among: signalCancelAmong in libs/jobs/src/store/sql/selection/cancel-jobs.sql.ts
insert into job_signals (shard, job_id, kind)
select shard, id, 'cancel'
from jobs
where shard = $1 and id = any ($2::uuid[])
    and id >= (select id from unnest($2::uuid[]) as given (id) order by id limit 1)
    and id <= (select id from unnest($2::uuid[]) as given (id) order by id desc limit 1) and status in ('pending', 'blocked', 'processing')
order by id
on conflict (shard, job_id, kind) do update set created_at = now()
returning job_id
