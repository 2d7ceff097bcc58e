-- What waits and runs in the given queues, as of one moment: a job that changes its state in between is not missed.
-- Parameters: $1 shards, $2 queues, $3 pausedTypes.
-- jobs_queue_work: queueWork in libs/jobs/src/store/sql/control/queues.sql.ts
select
  (
    select min(extract(epoch from first.scheduled_at - now()))::float8 * 1000
    from unnest($1::smallint[]) as part (shard)
    cross join unnest($2::text[]) as named (queue)
    cross join generate_series(0, 9) as lane (priority)
    cross join lateral (
      select scheduled_at
      from jobs
      where shard = part.shard and queue = named.queue and status = 'pending' and priority = lane.priority::smallint
        and type <> all ($3::text[])
      order by scheduled_at, id
      limit 1
    ) as first
  ) as due_in_ms,
  exists (
    select from jobs where shard = any ($1::smallint[]) and status = 'processing' and queue = any ($2::text[])
  ) as running
