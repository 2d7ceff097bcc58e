-- Claims those given jobs, due or not, whose run is unchanged: no other worker has claimed them meanwhile.
-- Other texts: claim-given.pg17.sql, claim-given.pooled.sql.
-- Parameters: $1 shard, $2 ids, $3 workerId, $4 runs.
-- jobs_claim_given: claimGiven in libs/jobs/src/store/sql/claim/claim-given.sql.ts
with due as materialized (
  select found.id
  from unnest($2::uuid[], $4::int[]) as given (id, run)
  cross join lateral (
    select id
    from jobs
    where shard = $1 and id = given.id and run = given.run and status || '' = 'pending'
    limit 1
    for update skip locked
  ) as found
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
