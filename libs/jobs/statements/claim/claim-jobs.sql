-- Claims due jobs.
-- Other texts: claim-jobs.pg17.sql, claim-jobs.pooled.sql.
-- Parameters: $1 shard, $2 limit, $3 workerId, $4 queues, $5 priorities.
-- jobs_claim_jobs: claimJobs in libs/jobs/src/store/sql/claim/claim-jobs.sql.ts
with due as materialized (
  select found.id
  from unnest($4::text[], $5::smallint[]) as lane (queue, priority)
  cross join lateral (
    select id
    from jobs
    where shard = $1
      and queue = lane.queue
      and status = 'pending'
      and priority = lane.priority
      and scheduled_at <= now()
    order by scheduled_at, id
    limit $2
    for update skip locked
  ) as found
  limit $2
)
update jobs as j
set status = 'processing',
    started_at = now(),
    updated_at = now(),
    attempts = j.attempts + 1,
    run = j.run + 1,
    worker_id = $3
where j.shard = $1 and j.id = any (array(select id from due))
    and j.id >= (select id from due order by id limit 1)
    and j.id <= (select id from due order by id desc limit 1)
returning
  j.id, j.type, j.payload, j.queue, j.priority, j.attempts, j.max_attempts, j.run, j.timeout_ms, j.retry,
  nullif(j.crashes, 0) as crashes,
  j.scheduled_at::text as scheduled_at,
  nullif(j.created_at, j.scheduled_at)::text as created_at,
  array_to_json(nullif(j.tags, '{}')) as tags,
  date_part('epoch', now() - j.scheduled_at) * 1000 as wait_ms
