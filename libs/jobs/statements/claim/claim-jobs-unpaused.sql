-- As `claimJobsAhead`, without the jobs of paused types.
-- Other texts: claim-jobs-unpaused.pg17.sql, claim-jobs-unpaused.pooled.sql.
-- Parameters: $1 shard, $2 limit, $3 workerId, $4 queues, $5 priorities, $6 afterTimes, $7 afterIds, $8 laneLimits,
--   $9 untouchedOnly, $10 pausedTypes, $11 steps.
-- jobs_claim_jobs_unpaused: claimJobsUnpaused in libs/jobs/src/store/sql/claim/claim-unpaused.sql.ts
with due as materialized (
  select found.id
  from unnest($4::text[], $5::smallint[], $6::timestamptz[], $7::uuid[], $8::int[])
    as lane (queue, priority, after_time, after_id, most)
  cross join lateral (
    select locked.id
    from (
      select id, type
      from jobs
      where shard = $1
        and queue = lane.queue
        and status = 'pending'
        and priority = lane.priority
        and scheduled_at <= now()
        and (scheduled_at, id) > (lane.after_time, lane.after_id)
        and (not $9::boolean or age(xmax) > (select age(pg_snapshot_xmin(pg_current_snapshot())::xid)))
      order by scheduled_at, id
      limit $11
    ) as near
    cross join lateral (
      select id
      from jobs
      where shard = $1 and id = near.id and status || '' = 'pending' and scheduled_at <= now()
      limit 1
      for update skip locked
    ) as locked
    where near.type <> all ($10::text[])
    limit lane.most
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
