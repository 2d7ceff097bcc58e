-- Adds a new job, due now, for each of the given jobs that has finished.
-- Parameters: $1 shard, $2 ids, $3 newIds.
-- jobs_replay_among: replayAmong in libs/jobs/src/store/sql/selection/replay-jobs.sql.ts
insert into jobs (shard, id, type, payload, queue, priority, max_attempts, timeout_ms, retry, tags)
select
  $1, given.new_id, source.type, source.payload, source.queue, source.priority, source.max_attempts, source.timeout_ms,
  source.retry, source.tags
from unnest($2::uuid[], $3::uuid[]) as given (id, new_id)
join (
  select id, type, payload, queue, priority, max_attempts, timeout_ms, retry, tags
  from jobs
  where shard = $1 and id = any ($2::uuid[])
    and id >= (select id from unnest($2::uuid[]) as given (id) order by id limit 1)
    and id <= (select id from unnest($2::uuid[]) as given (id) order by id desc limit 1) and status in ('completed', 'failed', 'cancelled')
) as source on source.id = given.id
returning queue
