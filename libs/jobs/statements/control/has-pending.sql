-- Whether the queue has a pending job.
-- Parameters: $1 shards, $2 queue.
-- jobs_has_pending: hasPending in libs/jobs/src/store/sql/control/queues.sql.ts
select exists (
  select from jobs where shard = any ($1::smallint[]) and queue = $2 and status = 'pending'
) as found
