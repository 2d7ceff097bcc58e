-- Parameters: $1 shard, $2 ids.
-- jobs_read_runs: readRuns in libs/jobs/src/store/sql/settle/read-runs.sql.ts
select id, run, status, worker_id
from jobs
where shard = $1 and id = any ($2::uuid[])
    and id >= (select id from unnest($2::uuid[]) as given (id) order by id limit 1)
    and id <= (select id from unnest($2::uuid[]) as given (id) order by id desc limit 1)
