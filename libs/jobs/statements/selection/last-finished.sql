-- Parameters: $1 shard, $2 belowId, $3 fromId, $4 look, $5 finishedAt, $6 id.
-- jobs_last_finished: lastFinished in libs/jobs/src/store/sql/selection/select-jobs.sql.ts
select id, to_char(completed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as finished_at
from (
    select id, completed_at
    from jobs
    where shard = $1 and id < $2 and id >= $3 and status in ('failed', 'cancelled')
      and ($5::timestamptz is null or completed_at <= $5)
      and ($5::timestamptz is null or (completed_at, id) < ($5, $6::uuid))
    order by completed_at desc, id desc
    limit $4) as looked
order by completed_at desc, id desc
offset $4::int - 1
limit 1
