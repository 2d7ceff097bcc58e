-- The unfinished jobs that hold the given unique keys.
-- Parameters: $1 shard, $2 queues, $3 uniqueKeys.
-- jobs_find_by_keys: findByKeys in libs/jobs/src/store/sql/enqueue/find-by-key.sql.ts
select j.id, j.queue, j.unique_key
from unnest($2::text[], $3::text[]) as wanted (queue, unique_key)
join jobs as j on j.shard = $1 and j.queue = wanted.queue and j.unique_key = wanted.unique_key
where j.status in ('pending', 'blocked', 'processing')
