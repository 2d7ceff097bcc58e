-- The last job that a look at `look` jobs reads, if there may be more behind it.
-- Parameters: $1 shard, $2 belowId, $3 fromId, $4 look.
-- jobs_last_newest: lastNewest in libs/jobs/src/store/sql/selection/select-jobs.sql.ts
select id, null as finished_at from jobs where shard = $1 and id < $2 and id >= $3 order by id desc offset $4::int - 1 limit 1
